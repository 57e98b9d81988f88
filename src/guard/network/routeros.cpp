#include "guard/network/routeros.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "guard/limits.hpp"
#include "guard/network/cli_lexer.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::string_view code_keys[] = {"do",        "else",        "on-event", "source",       "on-error",
                                          "up-script", "down-script", "script",   "lease-script", "on-login",
                                          "on-logout", "on-up",       "on-down",  "command",      "on-master",
                                          "on-backup", "test-script"};

bool is_code_key(std::string_view key) {
  return std::ranges::find(code_keys, key) != std::end(code_keys);
}

CliWord word_of(std::string_view text) {
  return {std::string(text), lower_case(text), false, true, 0};
}

const Row* row_for(std::span<const Row> rows, CliWords words) {
  const auto found = std::ranges::find_if(rows, [&](const Row& row) { return fits_path(words, row); });
  return found == rows.end() ? nullptr : &*found;
}

/// The verb of a row, written out or shortened to two letters and more.
const Row* verb_row(std::string_view typed, bool whole) {
  const Row* out = nullptr;
  for (const Row& row : routeros_tables().verbs)
    for (const std::string_view part : base::split(row.lines, ';')) {
      const auto verb = base::trim(part);
      const bool same = whole ? typed == verb : typed.size() > 1 && verb.starts_with(typed);
      if (same && (out == nullptr || rank_of(row.rule) > rank_of(out->rule))) out = &row;
    }
  return out;
}

/// Kinds of routes that lead nowhere.
bool is_nowhere(std::string_view word) {
  return word == "blackhole" || word == "unreachable" || word == "prohibit";
}

bool is_menu(std::string_view typed) {
  return std::ranges::any_of(routeros_tables().menu_words,
                             [&](std::string_view menu) { return menu.starts_with(typed); });
}

}  // namespace

void RouterosReader::says(std::string_view rule, const Statement& statement) {
  report_.says(rule, statement.text, span_);
}

/// What a verb does in this menu, with these values.
void RouterosReader::act(std::string_view verb, CliWords path, const Statement& statement) {
  const Row* row = verb_row(verb, true) != nullptr ? verb_row(verb, true) : verb_row(verb, false);
  std::string_view rule = row->rule;
  bool drops = false;
  bool narrow = false;
  bool nowhere = false;
  bool everywhere = true;
  bool writes = false;
  bool secret = false;
  for (const Argument& argument : statement.arguments) {
    const auto value = lower_case(argument.value);
    const bool changes = rank_of(row->rule) == 1;
    const bool adds = std::string_view("add").starts_with(verb);
    writes = writes || argument.key == "file";
    // Of export's words only one begins with "s"; "show-sensitive=yes" is the same.
    const auto shown = argument.key.empty() ? value : lower_case(argument.key);
    const std::size_t enough = std::string_view("export").starts_with(verb) ? 1 : 5;
    secret = secret || (std::string_view("show-sensitive").starts_with(shown) && shown.size() >= enough &&
                        (argument.key.empty() || value != "no"));
    if (changes && !adds && argument.key == "disabled" && value != "no" && value != "false")
      rule = "device.outage";
    // A bridge that begins to filter drops whoever manages it through an untagged port.
    if (changes && argument.key == "vlan-filtering" && value == "yes") rule = "device.outage";
    nowhere = nowhere || (rank_of(row->rule) == 1 && (is_nowhere(value) || is_nowhere(argument.key)));
    if (argument.key == "dst-address")
      everywhere = value == "0.0.0.0/0" || value == "::/0" || value.ends_with("/1");
    drops = drops || (argument.key == "action" && (value == "drop" || value == "reject"));
    constexpr std::string_view wide[] = {"chain", "action",     "comment",     "disabled",
                                         "log",   "log-prefix", "place-before"};
    narrow = narrow || (!argument.key.empty() && std::ranges::find(wide, argument.key) == std::end(wide));
  }
  if (rule == "read" && secret) says("device.secret", statement);
  if (rule == "read" && writes) rule = "device.write-file";
  const bool route =
      std::ranges::any_of(path, [](const CliWord& word) { return word.lower.starts_with("ro"); });
  if (rank_of(rule) == 1 && ((drops && !narrow) || (route && nowhere && everywhere))) rule = "device.outage";
  const Row* menu = row_for(routeros_tables().menus, path);
  if (menu != nullptr && rank_of(rule) > 0 && rank_of(menu->rule) >= rank_of(rule)) rule = menu->rule;
  if (rule == "device.remove" && !path.empty() && std::string_view("file").starts_with(path[0].lower))
    rule = "device.remove-file";
  says(rule, statement);
}

void RouterosReader::navigate(CliWords path, const Statement& statement) {
  // No menu is deeper.
  const bool known =
      path.size() <= 8 && std::ranges::all_of(path, [](const CliWord& word) { return is_menu(word.lower); });
  const bool plain =
      std::ranges::all_of(statement.arguments, [](const Argument& a) { return a.key.empty(); });
  if (!known || !plain) return says("device.unknown-word", statement);
  state_.section.clear();
  for (const CliWord& word : path)
    if (state_.section.size() < 1024) state_.section += (state_.section.empty() ? "" : " ") + word.lower;
}

/// For the owner's rules: the menu, the verb, and the values as "key=value".
void RouterosReader::calls(CliWords path, const Statement& statement) {
  std::vector<CliWord> words(path.begin(), path.end());
  for (const Argument& argument : statement.arguments)
    if (!argument.key.empty()) words.push_back(word_of(argument.key + "=" + argument.value));
  report_.calls({}, words);
}

/// "/ip/address add ...", "/ip address", "remove 0".
void RouterosReader::menu(const Statement& statement, int depth) {
  std::vector<CliWord> words;
  const bool absolute = statement.arguments[0].value.starts_with('/');
  if (!absolute)
    for (const std::string_view part : base::split(state_.section, ' '))
      if (!part.empty()) words.push_back(word_of(part));
  for (const Argument& argument : statement.arguments) {
    if (!argument.key.empty() || argument.quoted || argument.block || argument.opaque) break;
    for (const std::string_view part : base::split(argument.value, '/')) {
      if (part == ".." && !words.empty()) words.pop_back();
      if (!part.empty() && part != "..") words.push_back(word_of(part));
    }
  }
  calls(words, statement);
  carried(statement, depth);
  if (words.empty()) {
    if (statement.arguments[0].opaque) return says("device.foreign-code", statement);
    state_.section.clear();
    return;
  }
  if (const Row* row = row_for(routeros_tables().commands, words)) return says(row->rule, statement);
  auto verb =
      std::ranges::find_if(words, [](const CliWord& w) { return verb_row(w.lower, true) != nullptr; });
  // "/ip add pr": the address menu.
  const bool shortened = verb != words.end() && verb->lower == "add" && verb + 1 != words.end() &&
                         verb_row((verb + 1)->lower, false) != nullptr;
  if (shortened) ++verb;
  for (auto at = words.end(); verb == words.end() && at != words.begin(); --at)
    if (verb_row((at - 1)->lower, false) != nullptr && !is_menu((at - 1)->lower))
      verb = at - 1, at = words.begin() + 1;
  if (verb == words.end()) return navigate(words, statement);
  act(verb->lower, std::span(words).first(static_cast<std::size_t>(verb - words.begin())), statement);
}

/// Values that are code: read when they are known, asked about otherwise.
void RouterosReader::carried(const Statement& statement, int depth) {
  for (const Argument& argument : statement.arguments) {
    if (!is_code_key(argument.key) && !argument.block) continue;
    if (argument.opaque && !argument.block) {
      says("device.foreign-code", statement);
      continue;
    }
    // The name of a script of the device says nothing of what it does.
    const bool name = !argument.block && argument.value.find_first_of("/: ") == std::string::npos;
    if (name && !argument.value.empty()) says("device.foreign-code", statement);
    if (!name) code(argument.value, depth + 1);
  }
}

void RouterosReader::global(std::string_view name, const Statement& statement, int depth) {
  const auto& arguments = statement.arguments;
  if (name == "execute" || name == "parse") {
    bool known = false;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
      if (arguments[at].opaque && !arguments[at].block) continue;
      if (!arguments[at].key.empty() && !is_code_key(arguments[at].key)) continue;
      known = true;
      code(arguments[at].value, depth + 1);
    }
    if (!known) says("device.foreign-code", statement);
    return;
  }
  for (const Argument& argument : arguments)
    if (is_code_key(argument.key) || (argument.block && argument.key.empty())) {
      if (argument.opaque && !argument.block)
        says("device.foreign-code", statement);
      else
        code(argument.value, depth + 1);
    }
  const bool known = std::ranges::find(routeros_tables().harmless_globals, name) !=
                     std::end(routeros_tables().harmless_globals);
  if (name == "log" && arguments.size() > 1) return says("device.operate", statement);
  if (known) return;
  if (name == "import") return says("device.foreign-code", statement);
  if (name == "undo" || name == "redo") return says("device.remove", statement);
  says("device.unknown-word", statement);
}

void RouterosReader::meaning(const Statement& statement, int depth) {
  for (const std::string& inside : statement.inside) code(inside, depth + 1);
  if (statement.arguments.empty()) return;
  const Argument& first = statement.arguments[0];
  if (first.block) return code(first.value, depth + 1);
  if (first.opaque && !statement.inside.empty() &&
      first.value.find_first_not_of("[]() $") == std::string::npos)
    return;
  if (first.opaque) return says("device.foreign-code", statement);
  std::string name = lower_case(first.value);
  if (name.starts_with(':')) return global(std::string_view(name).substr(1), statement, depth);
  if (name == "execute" || name == "/execute" || name == "parse")
    return global(name.starts_with('/') ? std::string_view(name).substr(1) : std::string_view(name),
                  statement, depth);
  const bool keyword = state_.section.empty() && name != "set" && name != "log" && name != "find" &&
                       name != "ping" &&
                       std::ranges::find(routeros_tables().harmless_globals, name) !=
                           std::end(routeros_tables().harmless_globals);
  if (keyword) return global(name, statement, depth);
  menu(statement, depth);
}

}  // namespace mcpssh::guard
