// "((" in dash, Debian's sh: no arithmetic command, but a subshell in a subshell. What bash computes, dash
// runs.
#include <algorithm>

#include "guard/shell/parser.hpp"
#include "guard/shell/reader.hpp"

namespace mcpssh::guard {
namespace {

/// As a shell gets it: "X=reboot; (($X))".
std::string first_word(const Node& node, const Environment& environment) {
  std::string out;
  if (node.kind != Node::Kind::simple || node.words.empty()) return out;
  const Word& word = node.words[0];
  for (const Atom& atom : word.atoms) {
    if (atom.ink == Atom::Ink::plain || atom.ink == Atom::Ink::quoted) {
      out += atom.c;
      continue;
    }
    const Field* value = environment.find(word.expansions[atom.expansion].name);
    if (value != nullptr) out += value->text();
  }
  return out.substr(0, out.find(' '));
}

/// The first byte of a word as it stands in the text; what is expanded counts as a name.
char first_byte(const Word& word) {
  if (word.atoms.empty()) return 'x';
  const Atom& atom = word.atoms.front();
  return atom.ink == Atom::Ink::plain || atom.ink == Atom::Ink::quoted ? atom.c : 'x';
}

bool names_something(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '/' || c == '.' || c == '\'';
}

/// "deploy prod" and "deploy 5" compute nothing anywhere: two operands without an operator. Nor would anybody
/// write a difference like "deploy --now".
bool reads_as_words_only(const Node& node) {
  if (node.kind != Node::Kind::simple || node.words.size() < 2) return false;
  const Word& second = node.words[1];
  const char c = first_byte(node.words[0]);
  if (!names_something(c) && (c < '0' || c > '9')) return false;
  const char next = first_byte(second);
  if (names_something(next) || (next >= '0' && next <= '9') || std::string_view("\"~{").contains(next))
    return true;
  const bool dashes = second.atoms.size() > 1 && first_byte(second) == '-';
  return dashes && (second.atoms[1].c == '-' ? second.atoms.size() > 2 : names_something(second.atoms[1].c));
}

/// "count > 5" and "used > $limit" compare wherever they are computed; a file of such a name is no loss where
/// not.
bool writes_a_file(const Redirect& redirect, const Environment& environment) {
  if (redirect.kind != Redirect::Kind::write && redirect.kind != Redirect::Kind::duplicate) return false;
  const Word& target = redirect.target;
  return std::ranges::any_of(target.atoms, [&](const Atom& atom) {
    if (atom.ink == Atom::Ink::plain || atom.ink == Atom::Ink::quoted) return atom.c < '0' || atom.c > '9';
    const Field* value = environment.find(target.expansions[atom.expansion].name);
    return value == nullptr ? environment.is_blind() : !value->is_number();
  });
}

}  // namespace

bool Reader::starts_program(const Node& node, const Environment& environment) {
  const std::string word = first_word(node, environment);
  return word.starts_with('/') || word.starts_with("./") || word.starts_with('~') || is_known(word) ||
         reads_as_words_only(node);
}

void Reader::run_nested_list(std::string_view text, const Environment& environment, const Input& input) {
  if (depth_ + 1 > budget_.depth()) return budget_.exhaust();
  if (!budget_.bytes(text.size())) return;
  Parser parser(text, budget_, depth_ + 1);
  Script script = parser.parse();
  // No shell runs what does not parse; a number or the name of a counter is no program.
  if (script.problem || script.incomplete) return;
  scripts_.push_back(std::move(script.root));
  ++depth_;
  Environment inside = environment;
  run_nested(*scripts_.back(), inside, input);
  --depth_;
}

/// Each program by itself: beside it there may be a counter. Where it stands, and what is written, is as in
/// any list.
void Reader::run_nested(const Node& node, Environment& environment, const Input& input) {
  using Kind = Node::Kind;
  const auto starts = [&](const auto& child) { return starts_program(*child, environment); };
  const bool list = node.kind == Kind::sequence || node.kind == Kind::chain || node.kind == Kind::subshell ||
                    node.kind == Kind::background ||
                    (node.kind == Kind::pipeline && std::ranges::none_of(node.children, starts));
  const bool counts = node.kind == Kind::simple && !starts_program(node, environment);
  if (!list && !counts) {
    run(node, environment, input);
    return;
  }
  const auto writes = [&](const Redirect& redirect) { return writes_a_file(redirect, environment); };
  if (std::ranges::any_of(node.redirects, writes)) {
    SimpleCommand command;
    command.canonical = "(( ... ))";
    redirect(node, environment, input, command);
    out_.commands.push_back(std::move(command));
  }
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Environment after = environment;
    run_nested(*node.children[i], after, input);
    // What stands behind "||" may not have run; the rest of the kinds are shells of their own.
    const bool chained = node.kind == Kind::chain;
    if (node.kind == Kind::sequence || (chained && (i == 0 || node.operators[i - 1] == '&')))
      environment = std::move(after);
    else if (chained)
      environment.merge(after);
  }
}

}  // namespace mcpssh::guard
