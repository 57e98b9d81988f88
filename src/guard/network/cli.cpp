#include "guard/network/cli.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "guard/effects/rules.hpp"
#include "guard/network/cli_reader.hpp"
#include "guard/network/dialects.hpp"
#include "guard/network/routeros.hpp"
#include "guard/shell/environment.hpp"
#include "guard/shell/posix.hpp"

namespace mcpssh::guard {
namespace {

/// A line that shows something on every device there is.
bool shows_anywhere(std::string_view text) {
  constexpr std::array<std::string_view, 5> words{"show", "display", "get", "print", "ping"};
  const auto line = base::trim(text);
  if (line.find_first_of(";&|`$<>{}[]\n") != std::string_view::npos) return false;
  const auto first = lower_case(line.substr(0, line.find(' ')));
  return std::ranges::find(words, first) != words.end();
}

/// What any of the dialects denies is denied; the rest asks.
Reading read_without_platform(std::string_view text) {
  Reading out;
  CliReport own(out, {});
  for (const std::string_view line : base::split(text, '\n')) own.records(line);
  if (shows_anywhere(text)) return out;
  Reading all;
  // Every dialect reads the text, so none reads as much of it as where one is named.
  for (const NetworkDialect* dialect : all_dialects()) {
    CliState state;
    CliReport report(all, {}, limits::steps);
    CliReader(*dialect, report, state).read(text);
  }
  CliState state;
  CliReport report(all, {}, limits::steps);
  RouterosReader(report, state).read(text);
  // Of what the owner forbids it may be any.
  out.invocations = std::move(all.invocations);
  out.kept = std::move(all.kept);
  std::set<std::string, std::less<>> told;
  for (Finding& found : all.findings) {
    const Rule* rule = find_rule(found.rule);
    const bool denied = rule == nullptr || rule->standard == Decision::deny;
    const bool power = rule != nullptr && rule->effect == Effect::power;
    if ((denied || power) && told.insert(found.rule).second) out.findings.push_back(std::move(found));
  }
  own.says("device.no-platform", base::trim(text), {0, text.size()});
  return out;
}

}  // namespace

Reading read_cli(std::string_view text, std::string_view platform, CliState& state) {
  if (is_posix_platform(platform)) {
    Environment environment;
    return read_posix(text, environment, false);
  }
  const NetworkDialect* dialect = find_dialect(platform);
  if (dialect == nullptr && !is_routeros(platform)) return read_without_platform(text);
  Reading out;
  CliReport report(out, dialect == nullptr ? RouterosReader::safer : dialect->safer);
  if (dialect == nullptr)
    RouterosReader(report, state).read(text);
  else
    CliReader(*dialect, report, state).read(text);
  return out;
}

}  // namespace mcpssh::guard
