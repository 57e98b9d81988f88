#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/arithmetic.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/variables.hpp"
#include "guard/shell/words.hpp"

/// What variables are given, and what programs make of that.
namespace mcpssh::guard {
namespace {

const Input unknown_input{Input::Kind::unknown, {}, {}};

/// What is wrong with this value; empty when nothing is.
std::string_view danger_of(Variable kind, const Field& value) {
  switch (kind) {
    case Variable::loads:
      return value.empty() ? "" : "makes programs load code:";
    case Variable::options:
      return only_tunes(value) ? "" : "gives programs options that may run code:";
    case Variable::path:
      return leads_astray(value) ? "makes programs come from" : "";
    case Variable::settings:
      return strays_from_settings(value) ? "makes programs take their settings from" : "";
    case Variable::plain:
    case Variable::command:
    case Variable::address:
      break;
  }
  return "";
}

}  // namespace

void Reader::code_variable(std::string_view name, const Field& value, Environment& environment) {
  if (environment.is_integer(name)) evaluate(value, environment, events(environment, unknown_input));
  // Wherever it may be read so: behind a branch, in a later line.
  if (holds_expression(value))
    find_out("shell.opaque-code", fmt::format("{} holds what runs once it is read as arithmetic", name));
  const bool prompt = name == "PS0" || name == "PS1" || name == "PS2";
  if (prompt && (value.text().contains("$(") || value.text().contains('`')))
    return find_out("shell.code-variable",
                    fmt::format("{} runs commands whenever the shell asks for one", name));
  temporary_elsewhere_ = temporary_elsewhere_ || name == "TMPDIR";
  const Variable kind = variable_of(name);
  if (kind == Variable::command) return command_variable(name, value, environment);
  if (kind == Variable::address && !value.empty() && !value.known_prefix().starts_with("unix:"))
    find_out("shell.other-host", fmt::format("{} has another host do the work", name));
  const std::string_view danger = danger_of(kind, value);
  if (!danger.empty())
    find_out("shell.code-variable", fmt::format("{} {} {}", name, danger, base::printable(value.text(), 80)));
}

void Reader::command_variable(std::string_view name, const Field& value, Environment& environment) {
  if (value.opaque())
    return find_out("shell.code-variable",
                    fmt::format("{} is run as a command and is known only at run time", name));
  Environment inside = environment;
  // Naming an editor or a pager opens none.
  const auto names_it = [&](const Program& program) { return has_name(program.names, value.text()); };
  if (std::ranges::any_of(editor_programs(), names_it)) return;
  code(names_remote_shell(name) ? value.text() + " host true" : value.text(), inside, unknown_input);
}

std::string Reader::assign(const Node& node, Environment& environment, SimpleCommand& command) {
  std::string text;
  if (node.assignments.empty()) return text;
  const WordEvents on = events(environment, unknown_input);
  for (const Assignment& assignment : node.assignments) {
    WordExpander expander(environment, budget_, on);
    const Field subscript = expander.expand_one(assignment.subscript);
    if (!environment.is_associative(assignment.name)) evaluate(subscript, environment, on);
    Field value = expander.expand_one(assignment.value);
    text += fmt::format("{}={} ", assignment.name, value.canonical());
    code_variable(assignment.name, value, environment);
    if (environment.is_integer(assignment.name)) value = as_integer(assignment.name, value);
    const bool scalar = assignment.plain || assignment.appends;
    if (leads_up(value) || (!scalar && Dots::in(value.text()).alone)) environment.lead_up(assignment.name);
    environment.keep_dots(assignment.name, value.text());
    if (assignment.appends && !environment.is_integer(assignment.name)) {
      const Field* before = environment.find(assignment.name);
      Field whole = before != nullptr ? *before : environment.unknown_value(assignment.name);
      whole.append(value);
      code_variable(assignment.name, whole, environment);
      environment.set(assignment.name,
                      budget_.bytes(whole.size()) ? std::move(whole) : Field::unknown("?", true));
    } else if (assignment.plain)
      environment.set(assignment.name, std::move(value));
    else
      environment.forget(assignment.name);
    command.assigns = true;
    command.substitutes = command.substitutes || !assignment.value.expansions.empty() ||
                          !assignment.subscript.expansions.empty();
  }
  return text;
}

}  // namespace mcpssh::guard
