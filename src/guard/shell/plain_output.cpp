#include "guard/shell/plain_output.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// What is written in a word, with "?" for what is expanded.
std::string text_of(const Word& word) {
  std::string out;
  for (const Atom& atom : word.atoms)
    out += atom.ink == Atom::Ink::plain || atom.ink == Atom::Ink::quoted ? atom.c : '?';
  return out;
}

std::vector<std::string> texts_of(const Node& command) {
  std::vector<std::string> out;
  for (const Word& word : command.words) out.push_back(text_of(word));
  return out;
}

/// Programs whose output is names: their own, or those of one directory, of containers, of units.
bool names_things(const std::vector<std::string>& words) {
  constexpr std::string_view always =
      "date hostname whoami logname uname arch id nproc uuidgen mktemp basename seq pidof pgrep nproc "
      "getconf "
      "lsb_release docker podman kubectl systemctl ps find";
  const std::string& name = words[0];
  const auto begins = [&](std::string_view verbs) { return words.size() > 1 && has_name(verbs, words[1]); };
  if (name == "git") return begins("rev-parse describe symbolic-ref branch log");
  if (name == "openssl") return begins("rand");
  // ls -a names "..".
  if (name == "ls")
    return std::none_of(words.begin() + 1, words.end(), [](const std::string& word) {
      return word.starts_with('-') && word.find_first_of("af") != std::string::npos;
    });
  return has_name(always, name);
}

bool passes_lines_on(const std::vector<std::string>& words) {
  const auto plain = [](const std::string& word) { return !word.starts_with('-') || word != "-o"; };
  const std::string& name = words[0];
  if (name == "awk") return words.size() == 2 && words[1].starts_with("{print $") && words[1].size() < 12;
  if (name == "grep") return std::ranges::all_of(words, plain);
  // What names a file of its own reads that one.
  const auto option = [](const std::string& word) {
    return word.starts_with('-') || word.find_first_not_of("0123456789") == std::string::npos;
  };
  return has_name("head tail sort uniq wc", name) && std::all_of(words.begin() + 1, words.end(), option);
}

bool is_plain_command(const Node& node, bool first) {
  if (node.kind != Node::Kind::simple || node.words.empty() || !node.assignments.empty()) return false;
  const bool reads_elsewhere = std::ranges::any_of(node.redirects, [](const Redirect& one) {
    return one.kind != Redirect::Kind::write && one.op[0] != '2';
  });
  if (reads_elsewhere) return false;
  for (const Word& word : node.words)
    for (const Expansion& expansion : word.expansions)
      if ((expansion.script && !prints_plain_names(*expansion.script)) || expansion.inner) return false;
  const auto words = texts_of(node);
  if (std::ranges::any_of(words, [](const std::string& word) { return word.contains(".."); })) return false;
  return first ? names_things(words) : passes_lines_on(words);
}

}  // namespace

bool prints_plain_names(const Node& script) {
  const Node* node = &script;
  while (node->kind == Node::Kind::sequence && node->children.size() == 1 && node->redirects.empty())
    node = node->children[0].get();
  if (node->kind != Node::Kind::pipeline) return is_plain_command(*node, true);
  for (std::size_t i = 0; i < node->children.size(); ++i)
    if (!is_plain_command(*node->children[i], i == 0)) return false;
  return true;
}

}  // namespace mcpssh::guard
