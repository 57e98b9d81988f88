#include "guard/explain.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "guard/shell/parser.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::size_t longest_line = 200;

std::string_view name_of(Node::Kind kind) {
  using Kind = Node::Kind;
  switch (kind) {
    case Kind::simple:
      return "command";
    case Kind::sequence:
      return "one after the other";
    case Kind::background:
      return "in the background";
    case Kind::chain:
      return "and/or";
    case Kind::pipeline:
      return "pipeline";
    case Kind::group:
      return "group";
    case Kind::subshell:
      return "subshell";
    case Kind::branch:
      return "if/case";
    case Kind::loop:
      return "loop";
    case Kind::for_each:
      return "for";
    case Kind::function:
      return "function";
    case Kind::expression:
      return "expression";
  }
  return "?";
}

std::string text_of(const Word& word) {
  std::string out;
  for (const Atom& atom : word.atoms) {
    const bool expands = atom.ink == Atom::Ink::expansion || atom.ink == Atom::Ink::quoted_expansion;
    if (expands)
      out += word.expansions[atom.expansion].source;
    else
      out += atom.c;
  }
  return out.empty() || out.find_first_of(" \t\n'\"\\;&|<>()") != std::string::npos ? base::shell_quote(out)
                                                                                    : out;
}

class Drawing {
 public:
  std::string take() { return std::move(out_); }

  void draw(const Node& node, int depth) {
    // A list of one is only that one.
    if (node.kind == Node::Kind::sequence && node.children.size() == 1 && node.redirects.empty())
      return draw(*node.children[0], depth);
    line(depth, std::string(name_of(node.kind)) +
                    (node.kind == Node::Kind::simple ? ": " + command(node) : named(node)));
    words(node, depth + 1);
    for (const Redirect& redirect : node.redirects)
      line(depth + 1, "redirect: " + redirect.op + " " + text_of(redirect.target));
    for (const auto& child : node.children) draw(*child, depth + 1);
  }

 private:
  void line(int depth, std::string_view text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    out_ += base::printable(text, longest_line) + "\n";
  }

  static std::string named(const Node& node) { return node.name.empty() ? "" : " " + node.name; }

  static std::string command(const Node& node) {
    std::string out;
    for (const Assignment& assignment : node.assignments)
      out += assignment.name + "=" + text_of(assignment.value) + " ";
    for (const Word& word : node.words) out += text_of(word) + " ";
    return std::string(base::trim(out));
  }

  /// What runs inside the words.
  void words(const Node& node, int depth) {
    for (const Assignment& assignment : node.assignments) {
      word(assignment.subscript, depth);
      word(assignment.value, depth);
    }
    for (const Word& one : node.words) word(one, depth);
    for (const Redirect& redirect : node.redirects) word(redirect.target, depth);
  }

  void word(const Word& word_, int depth) {
    for (const Expansion& expansion : word_.expansions) {
      if (expansion.inner) word(*expansion.inner, depth);
      if (!expansion.script) continue;
      line(depth, "runs for its output: " + expansion.source);
      draw(*expansion.script, depth + 1);
    }
  }

  std::string out_;
};

}  // namespace

std::string explain(std::string_view text) {
  Budget budget;
  Parser parser(text, budget, 0);
  const Script script = parser.parse();
  Drawing drawing;
  drawing.draw(*script.root, 0);
  std::string out = drawing.take();
  if (script.problem) out += "does not parse: " + base::printable(*script.problem) + "\n";
  if (script.incomplete) out += "does not end: a quote, a here-document or a compound command stays open\n";
  return out;
}

}  // namespace mcpssh::guard
