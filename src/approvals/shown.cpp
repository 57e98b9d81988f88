#include "approvals/shown.hpp"

#include <openssl/evp.h>

#include <array>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

namespace json = base::json;

json::object shown_item(const Item& item) {
  json::array reasons, always;
  for (const auto& word : item.always) always.push_back(json::string(word));
  for (const auto& reason : item.reasons)
    reasons.push_back(json::object{{"rule", reason.rule}, {"text", base::to_utf8(reason.text)}});
  return {{"where", base::to_utf8(item.where)},
          {"text", base::to_utf8(item.text)},
          {"reasons", std::move(reasons)},
          {"agent_says", base::to_utf8(item.agent_says)},
          {"host", item.host},
          {"always", std::move(always)}};
}

/// Unambiguous: no text can look like two.
class Netstrings {
 public:
  void add(std::string_view text) {
    all_ += std::to_string(text.size()) + ":";
    all_.append(text) += ',';
  }
  void add(const json::object& from, std::string_view key) { add(base::find_string(from, key).value_or("")); }
  [[nodiscard]] const std::string& all() const { return all_; }

 private:
  std::string all_;
};

/// The items of a list that are objects, or nothing.
std::vector<const json::object*> objects(const json::object& from, std::string_view key) {
  std::vector<const json::object*> found;
  const auto* list = from.if_contains(key);
  if (list == nullptr || !list->is_array()) return found;
  for (const auto& each : list->get_array())
    if (const auto* fields = each.if_object()) found.push_back(fields);
  return found;
}

std::vector<std::string_view> texts(const json::object& from, std::string_view key) {
  std::vector<std::string_view> found;
  const auto* list = from.if_contains(key);
  if (list == nullptr || !list->is_array()) return found;
  for (const auto& each : list->get_array())
    if (const auto* text = each.if_string()) found.emplace_back(text->data(), text->size());
  return found;
}

std::string flag(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool() ? "true" : "false";
}

std::string count(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_number() ? json::serialize(*value) : "";
}

void add_action(Netstrings& all, const json::object& action) {
  all.add(action, "where");
  all.add(action, "text");
  const auto reasons = objects(action, "reasons");
  all.add(std::to_string(reasons.size()));
  for (const auto* reason : reasons) {
    all.add(*reason, "rule");
    all.add(*reason, "text");
  }
  all.add(action, "agent_says");
  all.add(action, "host");
  const auto always = texts(action, "always");
  all.add(std::to_string(always.size()));
  for (const auto word : always) all.add(word);
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw base::Error(base::ErrorCode::internal, "SHA-256 is not available");
  return base::to_hex(std::span(digest).first(length));
}

}  // namespace

json::object shown(const Request& request) {
  json::array actions, approved_by;
  for (const auto& item : request.items) actions.push_back(shown_item(item));
  for (const auto& given : request.given) approved_by.push_back(json::string(base::to_utf8(given.by)));
  return {{"id", request.id},
          {"principal", base::to_utf8(request.principal.name)},
          {"client", base::to_utf8(request.principal.client)},
          {"tool", request.tool},
          {"also_client", request.also_client},
          {"approvals_needed", request.needed},
          {"approved_by", std::move(approved_by)},
          {"actions", std::move(actions)}};
}

std::string digest_of_shown(const json::object& shown) {
  Netstrings all;
  all.add("mcp-ssh request 1");
  for (const auto* key : {"id", "principal", "client", "tool"}) all.add(shown, key);
  all.add(flag(shown, "also_client"));
  all.add(count(shown, "approvals_needed"));
  const auto approved_by = texts(shown, "approved_by");
  all.add(std::to_string(approved_by.size()));
  for (const auto each : approved_by) all.add(each);
  const auto actions = objects(shown, "actions");
  all.add(std::to_string(actions.size()));
  for (const auto* action : actions) add_action(all, *action);
  return sha256_hex(all.all());
}

}  // namespace mcpssh::approvals
