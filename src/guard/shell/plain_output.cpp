#include "guard/shell/plain_output.hpp"

#include <algorithm>
#include <span>
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

using Words = std::span<const std::string>;

bool any(Words words, bool (*is)(const std::string&)) {
  return std::ranges::any_of(words, is);
}

/// Options behind a dash, of which one is among `letters`; long ones all are.
template <char... letters>
bool has_option(const std::string& word) {
  const bool among = ((word.find(letters) != std::string::npos) || ...);
  return word.starts_with('-') && (word.starts_with("--") || among);
}

bool is_number(const std::string& word) {
  return word.find_first_not_of("0123456789") == std::string::npos;
}

/// Programs whose output is names: their own, or those of one directory, of containers, of units.
bool names_things(std::string_view name, Words operands) {
  const auto begins = [&](std::string_view verbs) {
    return !operands.empty() && has_name(verbs, operands[0]);
  };
  if (name == "git") return begins("rev-parse describe symbolic-ref branch");
  if (name == "openssl") return begins("rand");
  if (name == "docker" || name == "podman")
    return begins("ps images") &&
           !any(operands, [](const std::string& word) { return word.contains("abel"); });
  if (name == "kubectl")
    return begins("get") && !any(operands, [](const std::string& word) {
             return word.contains("json") || word.contains("template") || word.contains("yaml") ||
                    word.contains("custom");
           });
  if (name == "systemctl") return begins("list-units list-unit-files is-active is-enabled");
  // ls -a names "..", and so may a pattern for hidden names.
  if (name == "ls")
    return !any(operands, [](const std::string& word) {
      return word == "--all" ||
             (word.starts_with('-') && !word.starts_with("--") &&
              word.find_first_of("af") != std::string::npos) ||
             word.starts_with('.') || word.contains("/.");
    });
  if (name == "find")
    return !any(operands, [](const std::string& word) {
      return word.contains("-exec") || word.contains("-ok") || word.contains("printf");
    });
  if (name == "date")
    return !any(operands,
                [](const std::string& word) { return word.starts_with("-f") || word.starts_with("--f"); });
  if (name == "hostname") return !any(operands, has_option<'F', 'b'>);
  if (name == "seq") return std::ranges::all_of(operands, is_number);
  if (name == "pgrep") return !any(operands, has_option<'a', 'l'>);
  return has_name("whoami logname uname arch id nproc uuidgen mktemp basename pidof lsb_release", name);
}

bool passes_lines_on(std::string_view name, Words operands) {
  if (name == "awk")
    return operands.size() == 1 && operands[0].starts_with("{print $") && operands[0].size() < 12;
  // With one operand, its pattern, it reads no file.
  if (name == "grep")
    return !any(operands, has_option<'f', 'r', 'R', 'e'>) &&
           std::ranges::count_if(operands, [](const std::string& word) { return !word.starts_with('-'); }) <
               2;
  return has_name("head tail sort uniq wc", name) &&
         std::ranges::all_of(operands, [](const std::string& word) {
           return is_number(word) || (word.starts_with('-') && !word.starts_with("--"));
         });
}

bool is_plain_command(const Node& node, bool first, const std::function<bool(const Expansion&)>& leads_up) {
  if (node.kind != Node::Kind::simple || node.words.empty() || !node.assignments.empty()) return false;
  const bool reads_elsewhere = std::ranges::any_of(node.redirects, [](const Redirect& one) {
    return one.kind != Redirect::Kind::write && one.op[0] != '2';
  });
  if (reads_elsewhere) return false;
  for (const Word& word : node.words)
    for (const Expansion& expansion : word.expansions)
      if (leads_up(expansion)) return false;
  const auto words = texts_of(node);
  if (std::ranges::any_of(words, [](const std::string& word) { return word.contains(".."); })) return false;
  const Words operands = Words(words).subspan(1);
  return first ? names_things(words[0], operands) : passes_lines_on(words[0], operands);
}

}  // namespace

bool prints_plain_names(const Node& script, const std::function<bool(const Expansion&)>& leads_up) {
  const Node* node = &script;
  while (node->kind == Node::Kind::sequence && node->children.size() == 1 && node->redirects.empty())
    node = node->children[0].get();
  if (node->kind != Node::Kind::pipeline) return is_plain_command(*node, true, leads_up);
  for (std::size_t i = 0; i < node->children.size(); ++i)
    if (!is_plain_command(*node->children[i], i == 0, leads_up)) return false;
  return true;
}

}  // namespace mcpssh::guard
