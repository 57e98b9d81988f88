#include "guard/shell/starts.hpp"

#include <algorithm>
#include <string>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// What is written in a word, without its expansions.
std::string plain_text(const Word& word) {
  std::string out;
  for (const Atom& atom : word.atoms)
    if (atom.ink == Atom::Ink::plain || atom.ink == Atom::Ink::quoted) out += atom.c;
  return out;
}

/// The first word of a simple command.
std::string first_word(const Node& node) {
  return node.kind == Node::Kind::simple && !node.words.empty() ? plain_text(node.words[0]) : std::string();
}

/// The name of what a simple command starts; programs that only start others are passed over.
std::string started(const Node& node) {
  for (std::size_t i = 0; node.kind == Node::Kind::simple && i < node.words.size(); ++i) {
    std::string name = plain_text(node.words[i]);
    if (!has_name("command builtin exec nohup setsid time nice env", name)) return name;
  }
  return {};
}

bool runs_beside(const Node& node, std::string_view name, bool beside) {
  if (started(node) == name) return beside;
  const bool starts = node.kind == Node::Kind::pipeline || node.kind == Node::Kind::background;
  return std::ranges::any_of(node.children,
                             [&](const auto& child) { return runs_beside(*child, name, beside || starts); });
}

}  // namespace

bool is_cd(const Node& node) {
  return !node.negated && has_name("cd pushd", first_word(node));
}

bool leaves(const Node& node) {
  const bool list = node.kind == Node::Kind::sequence || node.kind == Node::Kind::group;
  if (list && !node.children.empty()) return leaves(*node.children.back());
  return has_name("exit return", first_word(node));
}

bool multiplies(const Node& body, std::string_view name) {
  return runs_beside(body, name, false);
}

}  // namespace mcpssh::guard
