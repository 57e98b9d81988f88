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

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "1", $?, "$rc".
bool is_one_number(const Word& word) {
  if (word.expansions.empty()) return is_digits(plain_text(word));
  if (word.atoms.size() != 1) return false;
  const bool quoted = word.atoms[0].ink == Atom::Ink::quoted_expansion;
  return word.expansions[0].kind == Expansion::Kind::number || quoted;
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

bool leaves(const Node& node, bool in_function) {
  // ">/none/such" fails in place of the command.
  const auto only_duplicates = [](const Redirect& one) {
    return one.kind == Redirect::Kind::duplicate && is_digits(plain_text(one.target));
  };
  if (!std::ranges::all_of(node.redirects, only_duplicates)) return false;
  const bool list = node.kind == Node::Kind::sequence || node.kind == Node::Kind::group;
  if (list && !node.children.empty()) return leaves(*node.children.back(), in_function);
  // With two numbers, and with --help, exit does not.
  const bool ends =
      has_name("exit", first_word(node)) || (in_function && has_name("return", first_word(node)));
  return ends && node.assignments.empty() &&
         (node.words.size() == 1 || (node.words.size() == 2 && is_one_number(node.words[1])));
}

bool multiplies(const Node& body, std::string_view name) {
  return runs_beside(body, name, false);
}

}  // namespace mcpssh::guard
