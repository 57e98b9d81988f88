#include "transport/oauth/key_set.hpp"

#include "base/text.hpp"

namespace mcpssh::transport::oauth {
namespace {

std::string name_of(const base::json::object* jwk, std::size_t place) {
  const auto kid = jwk == nullptr ? std::nullopt : base::find_string(*jwk, "kid");
  if (kid) return "key \"" + base::printable(*kid, 60) + "\"";
  return "key " + std::to_string(place);
}

}  // namespace

std::expected<KeySet, std::string> KeySet::parse(std::string_view text) {
  if (text.size() > most_bytes) return std::unexpected("it is longer than 256 KiB");
  const auto parsed = base::parse_json(text);
  if (!parsed) return std::unexpected(parsed.error().cause());
  const auto* root = parsed->if_object();
  const auto* member = root == nullptr ? nullptr : root->if_contains("keys");
  const auto* list = member == nullptr ? nullptr : member->if_array();
  if (list == nullptr) return std::unexpected("it has no list \"keys\", so it is no JWK Set");
  if (list->size() > most_keys) return std::unexpected("it has more than 100 keys");
  KeySet set;
  std::size_t place = 0;
  for (const auto& one : *list) {
    const auto* jwk = one.if_object();
    ++place;
    auto key = jwk == nullptr ? std::unexpected(std::string("it is no object")) : PublicKey::parse(*jwk);
    if (key)
      set.keys.push_back(std::move(*key));
    else
      set.notes.push_back(name_of(jwk, place) + " is left out: " + key.error());
  }
  return set;
}

const PublicKey* KeySet::find(const Algorithm& algorithm, const std::optional<std::string>& kid) const {
  const PublicKey* found = nullptr;
  for (const auto& key : keys) {
    if (!key.fits(algorithm) || (kid && key.kid() != kid)) continue;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

}  // namespace mcpssh::transport::oauth
