#include "hosts/edit/yaml_change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

bool nothing(const YamlNode& node) {
  return node.kind == YamlNode::Kind::null || (node.kind == YamlNode::Kind::mapping && node.items.empty());
}

YamlNode* find(YamlNode& mapping, std::string_view key) {
  return const_cast<YamlNode*>(mapping.find(key));
}

/// find() for a key that most likely stands at `index`: two files of 10,000 hosts are compared at once.
const YamlNode* near(const YamlNode& mapping, std::string_view key, std::size_t index) {
  if (index < mapping.items.size() && mapping.items[index].key == key) return &mapping.items[index];
  return mapping.find(key);
}

Error cannot(const std::string& file, const YamlEdit& edit, std::string_view why, std::string next_move = {},
             Fault fault = Fault::edit_impossible) {
  return Error(fault, fmt::format("{}: {} {}", file, path_text(edit.path), why), std::move(next_move));
}

/// The mapping that holds the last key, made where it is missing.
YamlNode& holder(YamlNode& root, const YamlEdit& edit, const std::string& file, bool make) {
  YamlNode* at = &root;
  for (std::size_t i = 0; i + 1 <= edit.path.size(); ++i) {
    if (at->kind == YamlNode::Kind::null && make) at->kind = YamlNode::Kind::mapping;
    if (at->kind != YamlNode::Kind::mapping)
      throw cannot(file, edit,
                   at->kind == YamlNode::Kind::null ? "is not there"
                                                    : "cannot be there: what stands above it is no mapping");
    if (i + 1 == edit.path.size()) break;
    YamlNode* next = find(*at, edit.path[i]);
    if (next == nullptr) {
      if (!make)
        throw Error(ErrorCode::not_found, fmt::format("{}: {} is not there", file, path_text(edit.path)));
      at->items.emplace_back();
      next = &at->items.back();
      next->key = edit.path[i];
    }
    at = next;
  }
  return *at;
}

void put(YamlNode& mapping, const std::string& key, YamlNode value) {
  value.key = key;
  if (YamlNode* there = find(mapping, key))
    *there = std::move(value);
  else
    mapping.items.push_back(std::move(value));
}

void append(YamlNode& mapping, const YamlEdit& edit, const std::string& file) {
  YamlNode* list = find(mapping, edit.path.back());
  if (list == nullptr) {
    put(mapping, edit.path.back(), YamlNode());
    list = &mapping.items.back();
  }
  if (list->kind == YamlNode::Kind::null) list->kind = YamlNode::Kind::sequence;
  if (list->kind != YamlNode::Kind::sequence)
    throw cannot(file, edit, "is not a list", "write it as a list first: `[a, b]`");
  list->items.push_back(edit.value);
}

void extend(YamlNode& mapping, const YamlEdit& edit, const std::string& file) {
  YamlNode* there = find(mapping, edit.path.back());
  if (there == nullptr || nothing(*there)) return put(mapping, edit.path.back(), edit.value);
  if (there->kind != YamlNode::Kind::mapping) throw cannot(file, edit, "is not a mapping");
  for (const YamlNode& item : edit.value.items) {
    if (const YamlNode* same = there->find(item.key))
      throw cannot(
          file, edit,
          fmt::format("has `{}` already, on line {}", base::printable(item.key, 80), same->key_line));
    there->items.push_back(item);
  }
}

void remove(YamlNode& root, const YamlEdit& edit, const std::string& file) {
  YamlEdit cut = edit;
  const auto items_at = [&](std::size_t depth) {
    YamlEdit part = edit;
    part.path.resize(depth + 1);
    return holder(root, part, file, false).items.size();
  };
  if (find(holder(root, edit, file, false), edit.path.back()) == nullptr)
    throw Error(ErrorCode::not_found, fmt::format("{}: {} is not there", file, path_text(edit.path)));
  cut.path.resize(removed_depth(edit.path, items_at));
  YamlNode& mapping = holder(root, cut, file, false);
  std::erase_if(mapping.items, [&](const YamlNode& item) { return item.key == cut.path.back(); });
}

}  // namespace

std::string path_text(const std::vector<std::string>& path) {
  std::vector<std::string> parts;
  for (const auto& key : path) parts.push_back(base::printable(key, 80));
  return base::join(parts, ".");
}

YamlNode changed_tree(YamlNode root, const YamlEdit& edit, const std::string& file) {
  const bool makes = edit.kind != YamlEdit::Kind::remove && edit.kind != YamlEdit::Kind::rename;
  if (edit.kind == YamlEdit::Kind::remove) {
    remove(root, edit, file);
    return root;
  }
  YamlNode& mapping = holder(root, edit, file, makes);
  const std::string& key = edit.path.back();
  YamlNode* there = find(mapping, key);
  switch (edit.kind) {
    case YamlEdit::Kind::add:
      if (there != nullptr)
        throw cannot(file, edit, fmt::format("is there already, on line {}", there->key_line), {},
                     Fault::exists_already);
      put(mapping, key, edit.value);
      break;
    case YamlEdit::Kind::set:
      put(mapping, key, edit.value);
      break;
    case YamlEdit::Kind::extend:
      extend(mapping, edit, file);
      break;
    case YamlEdit::Kind::append:
      append(mapping, edit, file);
      break;
    case YamlEdit::Kind::rename:
      if (there == nullptr)
        throw Error(ErrorCode::not_found, fmt::format("{}: {} is not there", file, path_text(edit.path)));
      if (find(mapping, edit.name) != nullptr)
        throw cannot(
            file, edit,
            fmt::format("cannot be called `{}`: that is there already", base::printable(edit.name, 80)));
      there->key = edit.name;
      break;
    case YamlEdit::Kind::remove:
      break;
  }
  return root;
}

std::optional<std::string> first_difference(const YamlNode& one, const YamlNode& other) {
  if (nothing(one) && nothing(other)) return std::nullopt;
  if (one.kind != other.kind || one.text != other.text) return "";
  const auto below = [](std::string_view name, const std::string& rest) {
    return base::printable(name, 80) + (rest.empty() ? "" : "." + rest);
  };
  if (one.kind == YamlNode::Kind::mapping) {
    for (std::size_t i = 0; i < other.items.size(); ++i)
      if (near(one, other.items[i].key, i) == nullptr) return below(other.items[i].key, "");
    for (std::size_t i = 0; i < one.items.size(); ++i) {
      const YamlNode& item = one.items[i];
      const YamlNode* same = near(other, item.key, i);
      if (same == nullptr) return below(item.key, "");
      if (const auto inner = first_difference(item, *same)) return below(item.key, *inner);
    }
    return std::nullopt;
  }
  if (one.items.size() != other.items.size()) return "";
  for (std::size_t i = 0; i < one.items.size(); ++i)
    if (const auto inner = first_difference(one.items[i], other.items[i]))
      return below(std::to_string(i + 1), *inner);
  return std::nullopt;
}

}  // namespace mcpssh::hosts
