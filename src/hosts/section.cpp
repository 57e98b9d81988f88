#include "hosts/section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a text";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "nothing";
}

/// What stands there, for "not ..." in a message.
std::string shown(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar) return "`" + base::printable(node.text, 60) + "`";
  return std::string(kind_name(node.kind));
}

/// Decimal digits only: YAML readers disagree about 010 and 1_000, so neither is taken.
std::optional<std::int64_t> whole_number(const YamlNode& node) {
  const std::string& text = node.text;
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool clean = node.kind == YamlNode::Kind::scalar && error == std::errc() && stop == end;
  if (!clean || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return value;
}

}  // namespace

Section::Section(const YamlNode& node, std::string path, const std::string& file, const KeySet& keys)
    : node_(node), path_(std::move(path)), file_(file), keys_(keys) {
  if (node.kind != YamlNode::Kind::mapping)
    fail(place(node), fmt::format("{} must be a mapping (`key: value` lines), not {}",
                                  path_.empty() ? "the file" : path_, kind_name(node.kind)));
  for (const YamlNode& item : node.items)
    if (keys.find(item.key) == nullptr) throw unknown_key(item.key, path_, Place{file_, item.key_line}, keys);
}

Place Section::place(const YamlNode& node) const {
  // A value that is not there has the mark of whatever comes next.
  if (node.kind == YamlNode::Kind::null && node.key_line > 0) return Place{file_, node.key_line};
  return Place{file_, node.line};
}

Place Section::place(std::string_view key) const {
  const YamlNode* node = node_.find(key);
  if (node != nullptr) return Place{file_, node->key_line};
  return Place{file_, node_.key_line > 0 ? node_.key_line : node_.line};
}

std::string Section::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Section::fail(const Place& place, const std::string& what, const std::string& next_move) const {
  throw base::Error(base::Fault::config_value, fmt::format("{}: {}", place.str(), what), next_move);
}

void Section::fail_kind(std::string_view key, const YamlNode& node, std::string_view wanted) const {
  fail(place(node), fmt::format("{} must be {}, not {}", path(key), wanted, kind_name(node.kind)));
}

void Section::fail_choice(std::string_view key, const YamlNode& node,
                          std::span<const std::string> names) const {
  fail(place(node),
       fmt::format("{} must be one of {}, not {}", path(key), fmt::join(names, ", "), shown(node)));
}

void Section::fail_twice(std::string_view key, const YamlNode& node) const {
  fail(place(node), fmt::format("{} holds {} twice", path(key), shown(node)));
}

std::optional<std::string> Section::text(std::string_view key, Rule rule) const {
  const YamlNode* node = node_.find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::null) return std::nullopt;
  if (node->kind != YamlNode::Kind::scalar) fail_kind(key, *node, "a text");
  if (const auto problem = rule(node->text)) fail(place(*node), fmt::format("{}: {}", path(key), *problem));
  return node->text;
}

std::string Section::required_text(std::string_view key, Rule rule) const {
  auto value = text(key, rule);
  if (!value) fail(place(key), fmt::format("{} is missing", path(key)), fmt::format("add `{}:` there", key));
  return std::move(*value);
}

std::vector<const YamlNode*> Section::list(std::string_view key, Rule rule) const {
  std::vector<const YamlNode*> items;
  const YamlNode* node = node_.find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::null) return items;
  if (node->kind != YamlNode::Kind::sequence) fail_kind(key, *node, "a list");
  for (const YamlNode& item : node->items) {
    if (item.kind != YamlNode::Kind::scalar)
      fail(item.kind == YamlNode::Kind::null ? place(key) : place(item),
           fmt::format("{}: every item must be a text, not {}", path(key), kind_name(item.kind)));
    if (const auto problem = rule(item.text)) fail(place(item), fmt::format("{}: {}", path(key), *problem));
    items.push_back(&item);
  }
  return items;
}

std::vector<std::string> Section::texts(std::string_view key, Rule rule) const {
  std::vector<std::string> values;
  for (const YamlNode* item : list(key, rule)) values.push_back(item->text);
  return values;
}

std::vector<std::string> Section::one_or_more(std::string_view key, Rule rule) const {
  const YamlNode* node = node_.find(key);
  if (node != nullptr && node->kind == YamlNode::Kind::mapping) fail_kind(key, *node, "a text or a list");
  if (node != nullptr && node->kind == YamlNode::Kind::scalar) return {*text(key, rule)};
  return texts(key, rule);
}

std::optional<bool> Section::flag(std::string_view key) const {
  const YamlNode* node = node_.find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == YamlNode::Kind::scalar && node->text == "true") return true;
  if (node->kind == YamlNode::Kind::scalar && node->text == "false") return false;
  fail(place(*node), fmt::format("{} must be true or false, not {}", path(key), shown(*node)));
}

Section Section::inner(std::string_view key, const KeySet& keys) const {
  return Section(*node_.find(key), path(key), file_, keys);
}

std::vector<PatternText> Section::patterns(std::string_view key) const {
  std::vector<PatternText> values;
  for (const YamlNode* item : list(key, problem_of_pattern))
    values.push_back(PatternText{item->text, place(*item)});
  return values;
}

std::pair<std::int64_t, std::int64_t> Section::bounds(std::string_view key) const {
  const Key* known = keys_.find(key);
  return known == nullptr ? std::pair<std::int64_t, std::int64_t>() : std::pair(known->least, known->most);
}

std::optional<std::int64_t> Section::number(std::string_view key) const {
  const YamlNode* node = node_.find(key);
  if (node == nullptr) return std::nullopt;
  const auto [least, most] = bounds(key);
  const auto value = whole_number(*node);
  if (value && *value >= least && *value <= most) return value;
  fail(place(*node),
       fmt::format("{} must be a whole number from {} to {}, not {}", path(key), least, most, shown(*node)));
}

}  // namespace mcpssh::hosts
