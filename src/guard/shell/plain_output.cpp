#include "guard/shell/plain_output.hpp"

#include <algorithm>
#include <array>
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
  std::vector<std::string> out(command.words.size());
  std::ranges::transform(command.words, out.begin(), text_of);
  return out;
}

using Texts = std::span<const std::string>;

bool any(Texts words, bool (*is)(const std::string&)) {
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

/// Labels, and templates for parts of what somebody wrote.
bool shows_contents(const std::string& word) {
  constexpr std::array<std::string_view, 5> parts{"abel", "json", "template", "yaml", "custom"};
  return std::ranges::any_of(parts, [&](std::string_view part) { return word.contains(part); });
}

/// ls -a names "..", and so may a pattern for hidden names.
bool lists_hidden(const std::string& word) {
  const bool letters = word.starts_with('-') && !word.starts_with("--");
  return word == "--all" || word.starts_with('.') || word.contains("/.") ||
         (letters && word.find_first_of("af") != std::string::npos);
}

bool runs_or_formats(const std::string& word) {
  return word.contains("-exec") || word.contains("-ok") || word.contains("printf");
}

/// Programs whose output is names: their own, or those of one directory, of containers, of units.
bool names_things(std::string_view name, Texts operands) {
  const auto begins = [&](std::string_view verbs) {
    return !operands.empty() && has_name(verbs, operands[0]);
  };
  if (name == "git") return begins("rev-parse describe symbolic-ref branch");
  if (name == "openssl") return begins("rand");
  if (name == "docker" || name == "podman") return begins("ps images") && !any(operands, shows_contents);
  if (name == "kubectl") return begins("get") && !any(operands, shows_contents);
  if (name == "systemctl") return begins("list-units list-unit-files is-active is-enabled");
  if (name == "ls") return !any(operands, lists_hidden);
  if (name == "find") return !any(operands, runs_or_formats);
  if (name == "date")
    return std::ranges::none_of(
        operands, [](const std::string& word) { return word.starts_with("-f") || word.starts_with("--f"); });
  if (name == "hostname") return !any(operands, has_option<'F', 'b'>);
  if (name == "seq") return std::ranges::all_of(operands, is_number);
  if (name == "pgrep") return !any(operands, has_option<'a', 'l'>);
  return has_name("whoami logname uname arch id nproc uuidgen mktemp basename pidof lsb_release", name);
}

bool passes_lines_on(std::string_view name, Texts operands) {
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

bool is_plain_command(const Node& node, bool first, const Surroundings& around) {
  if (node.kind != Node::Kind::simple || node.words.empty() || !node.assignments.empty()) return false;
  const bool reads_elsewhere = std::ranges::any_of(node.redirects, [](const Redirect& one) {
    return one.kind != Redirect::Kind::write && one.op[0] != '2';
  });
  if (reads_elsewhere) return false;
  for (const Word& word : node.words)
    for (const Expansion& expansion : word.expansions)
      if (around.leads_up(expansion)) return false;
  const auto words = texts_of(node);
  if (std::ranges::any_of(words, [](const std::string& word) { return word.contains(".."); })) return false;
  if (around.redefined(words[0])) return false;
  const Texts operands = Texts(words).subspan(1);
  return first ? names_things(words[0], operands) : passes_lines_on(words[0], operands);
}

}  // namespace

bool prints_plain_names(const Node& script, const Surroundings& around) {
  const Node* node = &script;
  while (node->kind == Node::Kind::sequence && node->children.size() == 1 && node->redirects.empty())
    node = node->children[0].get();
  if (node->kind != Node::Kind::pipeline) return is_plain_command(*node, true, around);
  for (std::size_t i = 0; i < node->children.size(); ++i)
    if (!is_plain_command(*node->children[i], i == 0, around)) return false;
  return true;
}

}  // namespace mcpssh::guard
