#include "guard/shell/posix.hpp"

#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

/// Where bash's history expansion would act: "!x" outside single quotes, or "^" at the start of the line
/// (bash manual 9.3). The guard cannot know what it inserts.
std::size_t history_expansion(std::string_view line) {
  if (line.starts_with('^')) return 0;
  bool single_quoted = false;
  bool double_quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '\\' && !single_quoted) {
      ++at;
    } else if (c == '\'' && !double_quoted) {
      single_quoted = !single_quoted;
    } else if (c == '"' && !single_quoted) {
      double_quoted = !double_quoted;
    } else if (c == '!' && !single_quoted) {
      const char before = at > 0 ? line[at - 1] : ' ';
      const char after = at + 1 < line.size() ? line[at + 1] : ' ';
      const bool shell_syntax = before == '$' || before == '{' || before == '[';
      if (!shell_syntax && !std::string_view(" \t\n=(\"").contains(after)) return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Reading read_posix(std::string_view text, Environment& environment, bool interactive) {
  Budget budget;
  return read_posix(text, environment, interactive, budget);
}

Reading read_posix(std::string_view text, Environment& environment, bool interactive, Budget& budget) {
  Reading out;
  Reader reader(out, budget, interactive);
  reader.read(text, environment);
  if (const auto at = interactive ? history_expansion(text) : std::string_view::npos;
      at != std::string_view::npos) {
    // First, because it says what the others cannot know.
    out.findings.insert(
        out.findings.begin(),
        finding("shell.history", "\"!\" or \"^\" brings back an earlier command", {at, at + 1}));
    out.causes.insert(out.causes.begin(), {Reading::nobody});
  }
  return out;
}

}  // namespace mcpssh::guard
