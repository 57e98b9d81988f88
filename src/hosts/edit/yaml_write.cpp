#include "hosts/edit/yaml_write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t longest_inline_list = 80;

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool means_nothing(std::string_view text) {
  constexpr std::array<std::string_view, 4> words{"~", "null", "Null", "NULL"};
  return std::ranges::count(words, text) > 0;
}

/// Safe without quotes in every place: what is not sure is quoted.
bool plain(std::string_view text) {
  if (text.empty() || means_nothing(text)) return false;
  const char first = text.front();
  if (!is_alnum(first) && first != '/' && first != '~' && first != '.' && first != '_') return false;
  if (text.back() == ' ' || text.back() == ':' || text.starts_with("...")) return false;
  if (text.find(": ") != std::string_view::npos) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_alnum(c) || std::string_view("_./~@%+-=: $()").contains(c); });
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out + "\"";
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace

YamlNode yaml_scalar(std::string text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = std::move(text);
  return node;
}

YamlNode yaml_list(const std::vector<std::string>& texts) {
  YamlNode node;
  node.kind = YamlNode::Kind::sequence;
  for (const auto& text : texts) node.items.push_back(yaml_scalar(text));
  return node;
}

YamlNode yaml_mapping(std::vector<std::pair<std::string, YamlNode>> fields) {
  YamlNode node;
  node.kind = YamlNode::Kind::mapping;
  for (auto& [key, value] : fields) {
    node.items.push_back(std::move(value));
    node.items.back().key = std::move(key);
  }
  return node;
}

std::string written_scalar(std::string_view text) {
  if (plain(text)) return std::string(text);
  const bool controls = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  return controls ? double_quoted(text) : single_quoted(text);
}

std::string written_flow(const YamlNode& value) {
  if (value.kind == YamlNode::Kind::null) return "null";
  if (value.kind == YamlNode::Kind::scalar) return written_scalar(value.text);
  const bool mapping = value.kind == YamlNode::Kind::mapping;
  std::vector<std::string> parts;
  for (const YamlNode& item : value.items)
    parts.push_back((mapping ? written_scalar(item.key) + ": " : "") + written_flow(item));
  return (mapping ? "{" : "[") + base::join(parts, ", ") + (mapping ? "}" : "]");
}

bool fits_on_a_line(const YamlNode& value) {
  if (value.kind == YamlNode::Kind::null || value.kind == YamlNode::Kind::scalar) return true;
  if (value.items.empty()) return true;
  if (value.kind == YamlNode::Kind::mapping) return false;
  const bool flat = std::ranges::all_of(
      value.items, [](const YamlNode& item) { return item.kind == YamlNode::Kind::scalar; });
  return flat && written_flow(value).size() <= longest_inline_list;
}

std::string written_block(const YamlNode& collection, const YamlLayout& layout) {
  std::string lines;
  for (const YamlNode& item : collection.items)
    lines += collection.kind == YamlNode::Kind::mapping ? written_entry(item.key, item, layout)
                                                        : written_item(item, layout);
  return lines;
}

std::string written_entry(std::string_view key, const YamlNode& value, const YamlLayout& layout) {
  const std::string head = std::string(layout.indent, ' ') + written_scalar(key) + ":";
  const std::string end(layout.line_break);
  if (value.kind == YamlNode::Kind::null) return head + end;
  if (fits_on_a_line(value)) return head + " " + written_flow(value) + end;
  YamlLayout below = layout;
  below.indent += layout.step;
  return head + end + written_block(value, below);
}

std::string written_item(const YamlNode& value, const YamlLayout& layout) {
  if (value.kind != YamlNode::Kind::mapping || value.items.empty())
    return std::string(layout.indent, ' ') + "- " + written_flow(value) + std::string(layout.line_break);
  YamlLayout inside = layout;
  inside.indent += 2;
  std::string lines = written_block(value, inside);
  lines[layout.indent] = '-';
  return lines;
}

}  // namespace mcpssh::hosts
