#include "transport/oauth/jws.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "transport/oauth/base64url.hpp"

namespace mcpssh::transport::oauth {
namespace {

namespace json = base::json;
using boost::beast::iequals;
using std::string_view;

constexpr std::size_t longest_kid = 256;

std::string text_of(const std::vector<unsigned char>& bytes) {
  return {bytes.begin(), bytes.end()};
}

/// RFC 9068, section 2.1.
bool says_access(string_view type) {
  return iequals(type, "at+jwt") || iequals(type, "application/at+jwt");
}

/// Plain JWT is what most servers still say.
bool may_be_access(const json::object& header) {
  if (!header.contains("typ")) return true;
  const auto type = base::find_string(header, "typ").value_or("");
  return iequals(type, "jwt") || says_access(type);
}

std::optional<std::string> objection(const json::object& header) {
  if (header.contains("crit")) return "it has extensions that must be understood (crit)";
  if (header.contains("b64") || header.contains("enc") || header.contains("zip"))
    return "its payload is not plain";
  // A key or a place for keys the token brings itself proves nothing (RFC 8725, section 3.10).
  for (const string_view own : {"jwk", "jku", "x5u", "x5c"})
    if (header.contains(own)) return "it brings a key of its own (" + std::string(own) + ")";
  if (!may_be_access(header)) return "its typ is not that of an access token";
  return std::nullopt;
}

std::expected<void, std::string> read_header(const json::object& header, Jws& jws) {
  if (auto wrong = objection(header)) return std::unexpected(std::move(*wrong));
  const auto name = base::find_string(header, "alg");
  jws.algorithm = name ? find_algorithm(*name) : nullptr;
  if (jws.algorithm == nullptr)
    return std::unexpected("its algorithm " + base::printable(name.value_or("(none given)"), 20) +
                           " is not taken");
  jws.for_access = says_access(base::find_string(header, "typ").value_or(""));
  if (!header.contains("kid")) return {};
  jws.kid = base::find_string(header, "kid");
  if (!jws.kid || jws.kid->size() > longest_kid) return std::unexpected("its kid is no text, or too long");
  return {};
}

}  // namespace

bool looks_like_jwt(string_view token) {
  return std::ranges::count(token, '.') == 2;
}

std::expected<Jws, std::string> Jws::parse(string_view token) {
  if (token.size() > most_bytes) return std::unexpected("it is longer than 16 KiB");
  if (!looks_like_jwt(token)) return std::unexpected("it does not have three parts");
  const auto parts = base::split(token, '.');
  const auto header = from_base64url(parts[0]);
  const auto payload = from_base64url(parts[1]);
  auto signature = from_base64url(parts[2]);
  if (!header || !payload || !signature) return std::unexpected("it is not in base64url without padding");
  if (signature->empty()) return std::unexpected("it has no signature");
  const auto parsed = base::parse_json(text_of(*header));
  if (!parsed || !parsed->is_object())
    return std::unexpected("its header is no JSON object, or names a member twice");
  Jws jws;
  if (const auto read = read_header(parsed->get_object(), jws); !read) return std::unexpected(read.error());
  jws.signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  jws.signature = std::move(*signature);
  jws.payload = text_of(*payload);
  return jws;
}

}  // namespace mcpssh::transport::oauth
