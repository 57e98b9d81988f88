// "((" in dash, Debian's sh: no arithmetic command, but a subshell in a subshell. What bash computes, dash
// runs.
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

/// "deploy prod" computes nothing anywhere: two operands without an operator. Nor would anybody write a
/// difference like "deploy --now".
bool reads_as_words_only(const Node& node) {
  if (node.kind != Node::Kind::simple || node.words.size() < 2) return false;
  const Word& second = node.words[1];
  if (!names_something(first_byte(node.words[0]))) return false;
  if (names_something(first_byte(second))) return true;
  const bool dashes = second.atoms.size() > 1 && first_byte(second) == '-';
  return dashes && (second.atoms[1].c == '-' ? second.atoms.size() > 2 : names_something(second.atoms[1].c));
}

}  // namespace

bool Reader::starts_program(const Node& node, const Environment& environment) {
  const std::string word = first_word(node, environment);
  return word.starts_with('/') || word.starts_with("./") || word.starts_with('~') || is_known(word) ||
         reads_as_words_only(node);
}

void Reader::run_nested_list(std::string_view text, const Environment& environment, const Input& input) {
  if (depth_ + 1 > limits::depth) return budget_.exhaust();
  if (!budget_.bytes(text.size())) return;
  Parser parser(text, budget_, depth_ + 1);
  Script script = parser.parse();
  // No shell runs what does not parse; a number or the name of a counter is no program.
  if (script.problem || script.incomplete) return;
  scripts_.push_back(std::move(script.root));
  ++depth_;
  // Each by itself: beside a program there may be a counter.
  const auto run_programs = [&](const auto& self, const Node& node) -> void {
    Environment inside = environment;
    if (starts_program(node, inside)) run(node, inside, input);
    for (const auto& child : node.children) self(self, *child);
  };
  run_programs(run_programs, *scripts_.back());
  --depth_;
}

}  // namespace mcpssh::guard
