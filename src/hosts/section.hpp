#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/host.hpp"
#include "hosts/keys.hpp"
#include "hosts/values.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {

/// One mapping of hosts.yaml being read. Every method throws base::Error(invalid_config) naming file, line
/// and path. A key without a value counts as absent for texts and lists, and is an error for everything else.
class Section {
 public:
  using Rule = Problem (*)(std::string_view);
  template <class T>
  using Choices = std::span<const std::pair<std::string_view, T>>;

  /// `node` and `keys` must outlive the section. Throws for a node that is no mapping and for keys not in
  /// `keys`.
  Section(const YamlNode& node, std::string path, const std::string& file, const KeySet& keys);

  [[nodiscard]] bool has(std::string_view key) const { return node_.find(key) != nullptr; }
  [[nodiscard]] bool empty() const { return node_.items.empty(); }
  [[nodiscard]] const YamlNode* find(std::string_view key) const { return node_.find(key); }
  [[nodiscard]] Place place(const YamlNode& node) const;
  /// Where the key stands, or the section when it is absent.
  [[nodiscard]] Place place(std::string_view key) const;
  [[nodiscard]] std::string path(std::string_view key) const;
  [[nodiscard]] const std::string& file() const { return file_; }

  [[nodiscard]] std::optional<std::string> text(std::string_view key, Rule rule) const;
  [[nodiscard]] std::string required_text(std::string_view key, Rule rule) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, Rule rule) const;
  /// A text, or a list of them.
  [[nodiscard]] std::vector<std::string> one_or_more(std::string_view key, Rule rule) const;
  /// `true` or `false`.
  [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
  /// The mapping under `key`, which must be there.
  [[nodiscard]] Section inner(std::string_view key, const KeySet& keys) const;
  [[nodiscard]] std::vector<PatternText> patterns(std::string_view key) const;
  /// Within the bounds of its row in key_tables.cpp.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;

  template <class T>
  [[nodiscard]] std::optional<T> choice(std::string_view key, Choices<T> choices) const {
    const YamlNode* node = node_.find(key);
    if (node == nullptr) return std::nullopt;
    return chosen(key, *node, choices);
  }

  /// One of the choices, or a list of them, each at most once.
  template <class T>
  [[nodiscard]] std::vector<T> some_of(std::string_view key, Choices<T> choices) const {
    std::vector<T> values;
    const YamlNode* node = node_.find(key);
    if (node == nullptr) return values;
    if (node->kind != YamlNode::Kind::sequence) return {chosen(key, *node, choices)};
    for (const YamlNode& item : node->items) {
      values.push_back(chosen(key, item, choices));
      if (std::ranges::count(values, values.back()) > 1) fail_twice(key, item);
    }
    return values;
  }

  [[noreturn]] void fail(const Place& place, const std::string& what,
                         const std::string& next_move = {}) const;

 private:
  template <class T>
  [[nodiscard]] T chosen(std::string_view key, const YamlNode& node, Choices<T> choices) const {
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) {
      if (node.kind == YamlNode::Kind::scalar && node.text == name) return value;
      names.emplace_back(name);
    }
    fail_choice(key, node, names);
  }
  [[noreturn]] void fail_twice(std::string_view key, const YamlNode& node) const;
  [[noreturn]] void fail_choice(std::string_view key, const YamlNode& node,
                                std::span<const std::string> names) const;
  [[noreturn]] void fail_kind(std::string_view key, const YamlNode& node, std::string_view wanted) const;
  /// The items of a list of texts, each held to `rule`.
  [[nodiscard]] std::vector<const YamlNode*> list(std::string_view key, Rule rule) const;

  [[nodiscard]] std::pair<std::int64_t, std::int64_t> bounds(std::string_view key) const;

  const YamlNode& node_;
  std::string path_;
  std::string file_;
  const KeySet& keys_;
};

}  // namespace mcpssh::hosts
