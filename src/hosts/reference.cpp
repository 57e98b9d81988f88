#include "hosts/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hosts/keys.hpp"

namespace mcpssh::hosts {
namespace {

namespace json = base::json;

constexpr std::string_view head = "| key | default | meaning |\n| --- | --- | --- |\n";

std::string row(const std::string& prefix, const Key& key) {
  std::string meaning(key.meaning);
  if (key.form == Form::number)
    meaning.insert(std::min(meaning.find(". "), meaning.size()),
                   fmt::format(", {} to {}", key.least, key.most));
  const bool literal =
      key.form == Form::number && key.standard.find_first_not_of("0123456789") == key.standard.npos;
  const std::string standard = key.required           ? "required"
                               : key.standard.empty() ? ""
                               : literal              ? fmt::format("`{}`", key.standard)
                                                      : std::string(key.standard);
  return fmt::format("| `{}{}` |{}| {} |\n", prefix, key.name, standard.empty() ? " " : " " + standard + " ",
                     meaning);
}

/// Mappings whose keys stand among those of the one they are in.
bool is_spread(const Key& key) {
  return key.name == "auth" || key.name == "oauth";
}

std::string rows(const std::string& prefix, const KeySet& keys) {
  std::string text;
  for (const Key& key : keys.known)
    text += is_spread(key) ? rows(prefix + std::string(key.name) + ".", *key.inner) : row(prefix, key);
  return text;
}

json::object schema_of(const KeySet& keys);

json::object any_of(json::value first, json::value second) {
  return {{"anyOf", json::array{std::move(first), std::move(second)}}};
}

json::object text_schema() {
  return {{"type", json::array{"string", "number", "boolean"}}};
}

json::object list_of(json::value items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

json::object words_schema(const Key& key) {
  json::array words;
  for (const auto word : key.words) words.emplace_back(word);
  return {{"enum", std::move(words)}};
}

json::object mapping_of(json::value values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

json::object shape_of(const Key& key) {
  switch (key.form) {
    case Form::text:
      return text_schema();
    case Form::number:
      return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
    case Form::flag:
      return {{"type", "boolean"}};
    case Form::choice:
      return words_schema(key);
    case Form::choices:
      return any_of(words_schema(key), list_of(words_schema(key)));
    case Form::texts:
      return list_of(text_schema());
    case Form::one_or_more:
    case Form::command:
      return any_of(text_schema(), list_of(text_schema()));
    case Form::pairs:
      return mapping_of(text_schema());
    case Form::section:
      return schema_of(*key.inner);
    case Form::sections:
      return mapping_of(any_of(schema_of(*key.inner), json::object{{"type", "null"}}));
    case Form::rules:
      return list_of(schema_of(*key.inner));
    case Form::flag_or_section:
      return any_of(json::object{{"type", "boolean"}}, schema_of(*key.inner));
    case Form::legacy_or_section:
      return any_of(json::object{{"const", "legacy"}}, schema_of(*key.inner));
    case Form::anything:
      break;
  }
  return {};
}

json::object schema_of(const KeySet& keys) {
  json::object properties;
  json::array required;
  for (const Key& key : keys.known) {
    auto shape = shape_of(key);
    shape["description"] = key.meaning;
    properties[key.name] = std::move(shape);
    if (key.required) required.emplace_back(key.name);
  }
  json::object schema{
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

std::string host_reference() {
  return std::string(head) + rows("", host_keys);
}

std::string settings_reference() {
  return std::string(head) + rows("", settings_keys);
}

std::string inner_reference() {
  std::string text(head);
  text += rows("limits.", limit_keys) + rows("algorithms.", algorithm_keys) + rows("sudo.", sudo_keys);
  text += rows("allow[].", argv_rule_keys);
  return text + rows("approver_totp.USER.", totp_keys) + rows("oauth.scopes.SCOPE.", rights_keys);
}

json::object json_schema() {
  json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                      {"title", "hosts.yaml of mcp-ssh"}};
  for (auto& [name, value] : schema_of(file_keys)) schema[name] = value;
  return schema;
}

}  // namespace mcpssh::hosts
