#include "hosts/yaml_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::string_view merge_key = "<<";

int line_of(const YAML::Mark& mark) {
  return mark.line + 1;
}

}  // namespace

void YamlBuilder::fail(int line, const std::string& what, const std::string& next_move) const {
  throw base::Error(base::Fault::config_yaml, fmt::format("{}:{}: {}", file_, line, what), next_move);
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (seen_document_)
    fail(line_of(mark), "a second YAML document starts here; only one is read",
         "remove `---`, or look at the indentation there");
  seen_document_ = true;
}

bool YamlBuilder::check_tag(int line, const std::string& tag) const {
  constexpr std::string_view core = "tag:yaml.org,2002:";
  constexpr std::array<std::string_view, 7> known{"str", "int", "float", "bool", "null", "seq", "map"};
  if (tag.empty() || tag == "?" || tag == "!") return true;
  if (tag.starts_with(core) && std::ranges::count(known, std::string_view(tag).substr(core.size())) > 0)
    return true;
  if (tags_ == YamlTags::left_out) return false;
  fail(line, fmt::format("the YAML tag {} is not supported", base::printable(tag, 60)), "remove the tag");
}

void YamlBuilder::charge(const YamlNode& node) {
  ++nodes_;
  text_bytes_ += node.text.size() + node.key.size();
  if (nodes_ > limits::yaml_nodes || text_bytes_ > limits::yaml_text_bytes)
    fail(node.line, "the file holds too many values (aliases count each time they are used)",
         "split the inventory, or use fewer aliases");
  for (const YamlNode& item : node.items) charge(item);
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  YamlNode node;
  node.line = line_of(mark);
  charge(node);
  finish(std::move(node), anchor);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  if (!check_tag(line_of(mark), tag)) return OnNull(mark, anchor);
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.line = line_of(mark);
  node.text = value;
  charge(node);
  finish(std::move(node), anchor);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) fail(line_of(mark), "this alias stands inside the value it refers to");
  charge(known->second);
  finish(known->second, YAML::NullAnchor);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value /*style*/) {
  open(YamlNode::Kind::sequence, mark, tag, anchor);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  open(YamlNode::Kind::mapping, mark, tag, anchor);
}

void YamlBuilder::open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  static_cast<void>(check_tag(line_of(mark), tag));  // of a collection: what is in it is still read
  if (open_.size() >= limits::yaml_depth)
    fail(line_of(mark), fmt::format("nested more than {} deep", limits::yaml_depth));
  Open next;
  next.node.kind = kind;
  next.node.line = line_of(mark);
  next.anchor = anchor;
  charge(next.node);
  open_.push_back(std::move(next));
}

void YamlBuilder::OnMapEnd() {
  apply_merge(open_.back().node);
  close();
}

void YamlBuilder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  finish(std::move(done.node), done.anchor);
}

void YamlBuilder::finish(YamlNode node, YAML::anchor_t anchor) {
  if (anchor != YAML::NullAnchor) {
    charge(node);
    anchors_[anchor] = node;
  }
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == YamlNode::Kind::mapping) {
    if (!parent.has_key) return take_key(parent, node);
    node.key = std::exchange(parent.key, {});
    node.key_line = parent.key_line;
    parent.has_key = false;
  }
  parent.node.items.push_back(std::move(node));
}

std::string YamlBuilder::parents() const {
  std::string path;
  for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
    if (open_[i].key.empty()) continue;
    if (!path.empty()) path += '.';
    path += base::printable(open_[i].key, 80);
  }
  return path.empty() ? "at the top" : "under " + path;
}

void YamlBuilder::take_key(Open& parent, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) fail(node.line, fmt::format("a key {} is not a text", parents()));
  const auto [earlier, fresh] = parent.lines.emplace(node.text, node.line);
  if (!fresh)
    fail(node.line,
         fmt::format("`{}` appears twice {}; the first is on line {}", base::printable(node.text, 80),
                     parents(), earlier->second),
         "keep one of the two");
  parent.has_key = true;
  parent.key = node.text;
  parent.key_line = node.line;
}

/// `<<: *base` or `<<: [*a, *b]`: adds the keys that are not there yet; of several, the first wins (YAML 1.1
/// merge).
void YamlBuilder::apply_merge(YamlNode& mapping) const {
  const auto found = std::ranges::find(mapping.items, merge_key, &YamlNode::key);
  if (found == mapping.items.end()) return;
  YamlNode merged = std::move(*found);
  const int line = merged.key_line;
  mapping.items.erase(found);

  std::vector<YamlNode> sources;
  if (merged.kind == YamlNode::Kind::sequence)
    sources = std::move(merged.items);
  else
    sources.push_back(std::move(merged));

  std::unordered_map<std::string, int> present = open_.back().lines;
  for (YamlNode& source : sources) {
    if (source.kind != YamlNode::Kind::mapping)
      fail(line, fmt::format("`<<` {} takes a mapping, or a list of mappings", parents()));
    for (YamlNode& item : source.items)
      if (present.emplace(item.key, item.key_line).second) mapping.items.push_back(std::move(item));
  }
}

}  // namespace mcpssh::hosts
