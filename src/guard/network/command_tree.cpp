#include "guard/network/command_tree.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mcpssh::guard {

/// A place in the tree some words lead to.
struct CommandTree::Way {
  const Node* node;
  Match match;
  std::size_t depth = 0;
};

namespace {

/// "config-r|egister" as it is typed whole, up to the bar or the end.
std::string_view before_bar(std::string_view keyword) {
  return keyword.substr(0, keyword.find('|'));
}

bool is_whole(std::string_view typed, std::string_view keyword) {
  const auto bar = keyword.find('|');
  if (bar == std::string_view::npos) return typed == keyword;
  return typed.size() + 1 == keyword.size() && stands_for(typed, keyword);
}

}  // namespace

std::string_view CommandTree::Node::head() const {
  return before_bar(keyword);
}

CommandTree::CommandTree(std::initializer_list<std::span<const Row>> tables) {
  for (const auto table : tables)
    for (const Row& row : table)
      for (const std::string_view line : base::split(row.lines, ';')) add(base::trim(line), row);
  sort(root_);
}

void CommandTree::add(std::string_view line, const Row& row) {
  Node* node = &root_;
  for (const std::string_view keyword : base::split(line, ' ')) {
    if (keyword.empty()) continue;
    const auto known = std::ranges::find(node->children, keyword, &Node::keyword);
    if (known != node->children.end()) {
      node = &*known;
      continue;
    }
    node->children.push_back({keyword, nullptr, {}, nullptr});
    node = &node->children.back();
  }
  if (node != &root_) node->row = &row;
}

void CommandTree::sort(Node& node) {
  std::ranges::sort(node.children, {}, &Node::head);
  for (Node& child : node.children) {
    child.above = &node;
    sort(child);
  }
}

void CommandTree::step(const Way& way, const CliWord& word, std::vector<Way>& exact,
                       std::vector<Way>& shortened, std::vector<Way>& any) {
  const auto go = [&](const Node& child, bool whole, std::vector<Way>& into) {
    Way next{&child, way.match, way.depth + 1};
    if (child.row != nullptr)
      next.match.row = child.row, next.match.words = next.depth, next.match.node = &child;
    if (way.depth == 0) next.match.exact = whole;
    into.push_back(next);
  };
  const auto& children = way.node->children;
  const std::string_view typed = word.lower;
  if (typed.empty()) return;
  // Whatever `typed` may stand for begins with its first letter.
  auto child = std::ranges::lower_bound(children, typed.substr(0, 1), {}, &Node::head);
  bool found = false;
  for (; child != children.end() && child->keyword[0] == typed[0]; ++child) {
    if (child->keyword == "*" || child->keyword == "$" || !stands_for(typed, child->keyword)) continue;
    const bool whole = is_whole(typed, child->keyword);
    go(*child, whole, whole ? exact : shortened);
    found = true;
  }
  if (found) return;
  const auto star = std::ranges::lower_bound(children, std::string_view("*"), {}, &Node::head);
  if (star != children.end() && star->keyword == "*") go(*star, true, any);
}

std::vector<CommandTree::Match> CommandTree::find(CliWords words) const {
  std::vector<Match> out;
  std::vector<Way> ways{{&root_, {}, 0}};
  std::vector<Way> exact, shortened, any;
  const auto done = [&](const Way& way) {
    if (way.match.row != nullptr) out.push_back(way.match);
  };
  for (std::size_t at = 0; at < words.size() && !ways.empty() && !words[at].is_pipe(); ++at) {
    exact.clear(), shortened.clear(), any.clear();
    for (const Way& way : ways) {
      const auto before = exact.size() + shortened.size() + any.size();
      step(way, words[at], exact, shortened, any);
      if (exact.size() + shortened.size() + any.size() == before) done(way);
    }
    // A keyword written out is that keyword, whatever else begins so.
    ways = exact;
    if (exact.empty()) ways = shortened, ways.insert(ways.end(), any.begin(), any.end());
  }
  for (Way& way : ways) {
    const auto& children = way.node->children;
    const auto end = std::ranges::find(children, std::string_view("$"), &Node::keyword);
    if (end != children.end() && (words.size() <= way.depth || words[way.depth].is_pipe()))
      way.match.row = end->row, way.match.node = way.node;
    done(way);
  }
  return out;
}

std::vector<std::string> CommandTree::keywords(const Match& match) {
  std::vector<std::string> out;
  for (const Node* node = match.node; node != nullptr && node->above != nullptr; node = node->above) {
    std::string keyword(node->keyword);
    std::erase(keyword, '|');
    out.push_back(keyword == "*" ? std::string() : std::move(keyword));
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace mcpssh::guard
