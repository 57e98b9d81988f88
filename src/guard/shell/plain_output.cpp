#include "guard/shell/plain_output.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "guard/shell/environment.hpp"
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

/// git rev-parse --show-cdup is the way from here to the top.
bool names_part_of_way(const std::string& word) {
  return word.starts_with("--show-cdup") || word.starts_with("--show-prefix") || word.starts_with("--git-") ||
         word.starts_with("--sq") || word.starts_with("--parseopt") || word.starts_with("--format");
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

/// What a program that prints its operands, or what they begin with, makes of them: "find .", "basename ./.".
bool shows_way_up(const std::string& word) {
  return is_way_up(word) || is_way_up(std::string_view(word).substr(word.find('=') + 1));
}

/// "--format={{.ID}}", and no text around it.
bool formats_otherwise(Texts operands) {
  for (std::size_t at = 0; at < operands.size(); ++at) {
    std::string_view value = operands[at];
    if (!value.starts_with("--format") && value != "-f") continue;
    if (const auto equals = value.find('='); equals != std::string_view::npos)
      value.remove_prefix(equals + 1);
    else
      value = at + 1 < operands.size() ? std::string_view(operands[at + 1]) : "";
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const bool field = value.starts_with("{{.") && value.find_first_not_of(letters, 3) == value.size() - 2 &&
                       value.ends_with("}}");
    const bool filters = value.contains('=');
    if (!field && !filters) return true;
  }
  return false;
}

/// "+%F", but not "+." and not "+%n.": without a field the dots stand alone.
bool is_plain_date(const std::string& word) {
  if (word.starts_with("-f") || word.starts_with("--f")) return false;
  if (!word.contains('.') || !word.starts_with('+')) return true;
  const auto field = word.find('%');
  const bool first = field == 1 && word.size() > 2 && std::string_view("YymdHMSsFTjVuN").contains(word[2]);
  return first && !word.contains('/') && !word.contains("%n") && !word.contains("%t");
}

/// Programs whose output is names: their own, or those of one directory, of containers, of units.
bool names_things(std::string_view name, Texts operands) {
  const auto begins = [&](std::string_view verbs) {
    return !operands.empty() && has_name(verbs, operands[0]);
  };
  if (name == "git")
    return begins("rev-parse describe symbolic-ref branch") && !any(operands, names_part_of_way);
  if (name == "openssl") return begins("rand");
  if (name == "docker" || name == "podman")
    return begins("ps images") && !any(operands, shows_contents) && !formats_otherwise(operands);
  if (name == "kubectl") return begins("get") && !any(operands, shows_contents);
  if (name == "systemctl") return begins("list-units list-unit-files is-active is-enabled");
  if (name == "ls") return !any(operands, lists_hidden);
  // Without a place find begins at ".".
  if (name == "find")
    return !operands.empty() && !operands[0].starts_with('-') && !any(operands, runs_or_formats);
  if (name == "date") return std::ranges::all_of(operands, is_plain_date);
  if (name == "hostname") return !any(operands, has_option<'F', 'b'>);
  if (name == "seq") return std::ranges::all_of(operands, is_number);
  if (name == "pgrep") return !any(operands, has_option<'a', 'l'>);
  return has_name("whoami logname uname arch id nproc uuidgen mktemp basename pidof lsb_release", name);
}

/// As `from`, the first of them, wrote its lines.
bool passes_lines_on(std::string_view name, Texts operands, std::string_view from) {
  // Of a file that is called "a .. b" it takes a part.
  if (name == "awk")
    return !has_name("ls find", from) && operands.size() == 1 && operands[0].starts_with("{print $") &&
           operands[0].size() < 12;
  // With one operand, its pattern, it reads no file.
  if (name == "grep")
    return !any(operands, has_option<'f', 'r', 'R', 'e', 'o'>) &&
           std::ranges::count_if(operands, [](const std::string& word) { return !word.starts_with('-'); }) <
               2;
  if (has_name("head tail", name) && any(operands, has_option<'c'>)) return false;
  return has_name("head tail sort uniq wc", name) &&
         std::ranges::all_of(operands, [](const std::string& word) {
           return is_number(word) || (word.starts_with('-') && !word.starts_with("--"));
         });
}

bool is_plain_command(const Node& node, const Node& first, const Surroundings& around) {
  if (node.kind != Node::Kind::simple || node.words.empty() || !node.assignments.empty()) return false;
  const bool reads_elsewhere = std::ranges::any_of(node.redirects, [](const Redirect& one) {
    return one.kind != Redirect::Kind::write && one.op[0] != '2';
  });
  if (reads_elsewhere) return false;
  for (const Word& word : node.words)
    for (const Expansion& expansion : word.expansions)
      if (around.leads_up(expansion)) return false;
  const auto words = texts_of(node);
  if (any(words, shows_way_up)) return false;
  if (around.redefined(words[0])) return false;
  const Texts operands = Texts(words).subspan(1);
  return &node == &first ? names_things(words[0], operands)
                         : passes_lines_on(words[0], operands, text_of(first.words[0]));
}

/// What a script of one command runs.
const Node& only_command(const Node& script) {
  const Node* node = &script;
  while (node->kind == Node::Kind::sequence && node->children.size() == 1 && node->redirects.empty())
    node = node->children[0].get();
  return *node;
}

}  // namespace

bool prints_plain_names(const Node& script, const Surroundings& around) {
  const Node& node = only_command(script);
  if (node.kind != Node::Kind::pipeline) return is_plain_command(node, node, around);
  return std::ranges::all_of(
      node.children, [&](const auto& child) { return is_plain_command(*child, *node.children[0], around); });
}

bool makes_temporary(const Node& script, const std::function<bool(std::string_view)>& redefined) {
  const Node& node = only_command(script);
  const bool silent =
      std::ranges::all_of(node.redirects, [](const Redirect& one) { return one.op[0] == '2'; });
  if (node.kind != Node::Kind::simple || node.words.empty() || !node.assignments.empty() || !silent)
    return false;
  const auto words = texts_of(node);
  if (words[0] != "mktemp" || redefined(words[0])) return false;
  const Texts operands = Texts(words).subspan(1);
  const bool named = any(operands, has_option<'t'>);
  return std::ranges::all_of(operands, [&](std::string_view word) {
    if (word.starts_with('-')) return word.find_first_not_of("dqut", 1) == std::string_view::npos;
    // Any other template is one of a file here, or fails.
    constexpr std::string_view temporary = "/tmp/";
    if (!named && !word.starts_with(temporary)) return false;
    if (!named) word.remove_prefix(temporary.size());
    return word.contains("XXX") && word.find_first_of("/?*") == std::string_view::npos &&
           !word.contains("..");
  });
}

}  // namespace mcpssh::guard
