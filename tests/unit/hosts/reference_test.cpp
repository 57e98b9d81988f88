// docs/configuration.md has what the readers hold hosts.yaml to, and so has the schema.
#include "hosts/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "base/limits.hpp"
#include "hosts/keys.hpp"
#include "hosts/snapshot.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {
namespace {

namespace json = base::json;
using testing::HasSubstr;

std::string text_of(const std::string& name) {
  std::ifstream file(MCPSSH_SOURCE_DIR "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Reference, ThePageHasItsTables) {
  const auto page = text_of("docs/configuration.md");
  for (const auto& table : {host_reference(), settings_reference(), inner_reference()})
    EXPECT_TRUE(page.contains("\n" + table + "\n")) << "put what `mcp-ssh hosts reference` prints into "
                                                       "docs/configuration.md:\n"
                                                    << table;
}

TEST(Reference, KeysThatArePlannedAreNamedOnThePage) {
  const auto page = text_of("docs/configuration.md");
  for (const KeySet& keys : {host_keys, settings_keys})
    for (const auto key : keys.planned) EXPECT_TRUE(page.contains("`" + std::string(key) + "`")) << key;
}

Snapshot read(const std::string& text) {
  auto parsed = parse(text, "hosts.yaml", [](std::string_view) { return std::nullopt; });
  if (!parsed) throw base::Error(parsed.error());
  return *std::move(parsed);
}

/// A host with that line, or settings with it.
std::string file_with(const KeySet& keys, const std::string& line) {
  const std::string host = "hosts:\n  w:\n    host: h\n    user: u\n";
  if (&keys == &host_keys) {
    const bool given = line.starts_with("host:") || line.starts_with("user:");
    return given ? host : host + "    " + line + "\n";
  }
  return host + "settings:\n  " + line + "\n";
}

TEST(Reference, BoundsAndWordsAreThoseOfTheReader) {
  for (const KeySet* keys : {&host_keys, &settings_keys}) {
    for (const Key& key : keys->known) {
      const auto with = [&](const std::string& value) {
        return parse(file_with(*keys, fmt::format("{}: {}", key.name, value)), "hosts.yaml",
                     [](std::string_view) { return std::nullopt; });
      };
      if (key.form == Form::number) {
        EXPECT_TRUE(with(std::to_string(key.least)) && with(std::to_string(key.most))) << key.name;
        EXPECT_FALSE(with(std::to_string(key.most + 1)) || with(std::to_string(key.least - 1))) << key.name;
      }
      if (key.form != Form::choice) continue;
      for (const auto word : key.words) EXPECT_TRUE(with(std::string(word))) << key.name << ": " << word;
      const auto wrong = with("nonsense");
      ASSERT_FALSE(wrong) << key.name;
      EXPECT_THAT(wrong.error().cause(),
                  HasSubstr(fmt::format("one of {}, not", fmt::join(key.words, ", "))));
    }
  }
}

TEST(Reference, DefaultsAreThoseOfTheReader) {
  const auto snapshot = read("hosts:\n  w:\n    host: h\n    user: u\n");
  const auto standard = [](const KeySet& keys, std::string_view name) {
    auto text = keys.find(name)->standard;
    if (text.starts_with('`')) text.remove_prefix(1);
    long long value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  EXPECT_EQ(standard(host_keys, "port"), snapshot.hosts[0].port);
  EXPECT_EQ(standard(settings_keys, "idle_timeout"), snapshot.settings.idle_timeout.count());
  EXPECT_EQ(standard(settings_keys, "command_timeout"), snapshot.settings.command_timeout.count());
  EXPECT_EQ(standard(settings_keys, "max_output_bytes"), snapshot.settings.max_output_bytes);
  EXPECT_EQ(standard(settings_keys, "approvals_needed"), snapshot.settings.approvals_needed);
  EXPECT_EQ(standard(oauth_keys, "clock_skew"), OAuth().clock_skew.count());
  EXPECT_EQ(standard(limit_keys, "connections"), base::limits::connections_per_host);
  EXPECT_EQ(standard(limit_keys, "sessions"), base::limits::channels_per_connection);
  EXPECT_EQ(standard(limit_keys, "spare"), base::limits::spare_channels);
}

/// As YAML 1.2 sees a plain scalar.
json::value value_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return nullptr;
    case YamlNode::Kind::mapping: {
      json::object object;
      for (const auto& item : node.items) object[item.key] = value_of(item);
      return object;
    }
    case YamlNode::Kind::sequence: {
      json::array list;
      for (const auto& item : node.items) list.push_back(value_of(item));
      return list;
    }
    default:
      break;
  }
  if (node.text == "true" || node.text == "false") return node.text == "true";
  std::int64_t number = 0;
  const auto [stop, failure] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), number);
  if (failure == std::errc() && stop == node.text.data() + node.text.size()) return number;
  return json::value(node.text);
}

bool is_of(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  return value.is_int64();  // integer, number
}

bool fits(const json::value& value, const json::object& schema);

bool fits_type(const json::value& value, const json::value& type) {
  if (type.is_string()) return is_of(value, type.get_string());
  for (const auto& one : type.get_array())
    if (is_of(value, one.get_string())) return true;
  return false;
}

bool fits_object(const json::object& value, const json::object& schema) {
  const auto* properties = schema.if_contains("properties");
  const auto* more = schema.if_contains("additionalProperties");
  for (const auto& [name, item] : value) {
    const auto* known = properties != nullptr ? properties->get_object().if_contains(name) : nullptr;
    if (known != nullptr
            ? !fits(item, known->get_object())
            : more != nullptr && (more->is_bool() ? !more->get_bool() : !fits(item, more->get_object())))
      return false;
  }
  if (const auto* required = schema.if_contains("required"))
    for (const auto& name : required->get_array())
      if (!value.contains(name.get_string())) return false;
  return true;
}

/// As much of JSON Schema as ours uses.
bool fits(const json::value& value, const json::object& schema) {
  for (const auto& [word, rule] : schema) {
    if (word == "type" && !fits_type(value, rule)) return false;
    if (word == "enum" && std::ranges::count(rule.get_array(), value) == 0) return false;
    if (word == "const" && value != rule) return false;
    if (word == "minimum" && value.is_int64() && value.get_int64() < rule.get_int64()) return false;
    if (word == "maximum" && value.is_int64() && value.get_int64() > rule.get_int64()) return false;
    if (word == "items" && value.is_array())
      for (const auto& item : value.get_array())
        if (!fits(item, rule.get_object())) return false;
    if (word == "anyOf" && std::ranges::none_of(rule.get_array(), [&value](const json::value& one) {
          return fits(value, one.get_object());
        }))
      return false;
  }
  return !value.is_object() || fits_object(value.get_object(), schema);
}

bool fits(const std::string& yaml) {
  return fits(value_of(read_yaml(yaml, "hosts.yaml")), json_schema());
}

TEST(Schema, TakesTheExampleAndWhatEveryKeyMayBe) {
  EXPECT_TRUE(fits(text_of("hosts.example.yaml")));
  EXPECT_TRUE(fits(
      "hosts:\n  w:\n    host: h\n    user: u\n    sudo: true\n    algorithms: legacy\n    jump: [a, b]\n"
      "    auth: {method: [key, agent], key_path: k}\n    env: {A: 1}\n    limits: {sessions: 3}\n"
      "    allow:\n      - run: [a, {in: [b]}]\n      - run: x **\n"
      "settings:\n  oauth: {scopes: {all: {mode: readonly}, 'none': }}\n"));
}

TEST(Schema, RefusesWhatTheReaderRefusesForItsShape) {
  const std::string host = "hosts:\n  w:\n    host: h\n    user: u\n";
  EXPECT_TRUE(fits(host));
  EXPECT_FALSE(fits("hosts:\n  w:\n    host: h\n"));
  EXPECT_FALSE(fits(host + "    prot: 22\n"));
  EXPECT_FALSE(fits(host + "    port: 70000\n"));
  EXPECT_FALSE(fits(host + "    mode: loose\n"));
  EXPECT_FALSE(fits(host + "    auth: {method: kee}\n"));
  EXPECT_FALSE(fits(host + "    sudo: {password: x}\n"));
  EXPECT_FALSE(fits(host + "settings:\n  trust_elicitation: maybe\n"));
}

}  // namespace
}  // namespace mcpssh::hosts
