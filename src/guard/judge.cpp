#include "guard/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "guard/cli.hpp"
#include "guard/forward.hpp"
#include "guard/posix.hpp"
#include "guard/readonly.hpp"
#include "guard/rules.hpp"
#include "guard/text_check.hpp"

namespace mcpssh::guard {
namespace {

/// Longest canonical text a prompt gets; the exact bytes are bound by the gateway's digest.
constexpr std::size_t canonical_bytes = 64 * 1024;

std::string printable_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!out.empty()) out += '\n';
    out += base::printable(line, canonical_bytes);
  }
  return out;
}

std::string canonical_of(const Reading& reading) {
  std::string out;
  for (const SimpleCommand& command : reading.commands) {
    if (out.size() > canonical_bytes) return out + "\n[...]";
    if (!out.empty()) out += '\n';
    out += base::printable(command.canonical, canonical_bytes);
  }
  return out;
}

void deny_by_mode(std::string_view rule, std::string_view what, const std::string& text, Span all,
                  Verdict& out) {
  out.findings.push_back(finding(rule, fmt::format("{}: {}", what, base::printable(text, 100)), all));
}

void apply_readonly(const Reading& reading, Dialect dialect, Span all, Verdict& out) {
  for (const SimpleCommand& command : reading.commands) {
    const bool reads = dialect == Dialect::posix ? is_proved_read(command) : command.cli_read;
    if (!reads)
      return deny_by_mode("mode.readonly", "the host is read-only and this is not proved to be a read",
                          command.canonical, all, out);
  }
  for (const Finding& found : reading.findings)
    if (found.effect == Effect::exec_unknown)
      return deny_by_mode("mode.readonly", "the host is read-only and this cannot be read", found.reason, all,
                          out);
}

void apply_restricted(const Reading& reading, const Policy& policy, Span all, Verdict& out) {
  for (const SimpleCommand& command : reading.commands) {
    const bool opaque = std::ranges::any_of(command.words, &Field::opaque);
    const bool matched = std::ranges::any_of(policy.allow_patterns, [&](const Pattern& pattern) {
      return pattern.full_match(command.canonical) == Pattern::Match::yes;
    });
    const bool structure_only =
        command.words.empty() && !command.assigns && command.canonical.starts_with("{ ...; }");
    if (command.writes || command.substitutes || opaque)
      return deny_by_mode("mode.restricted",
                          "allow patterns do not cover redirections or what is known only at run time",
                          command.canonical, all, out);
    if (!matched && !structure_only)
      return deny_by_mode("mode.restricted", "no allow pattern matches the whole of", command.canonical, all,
                          out);
  }
}

bool hits(const Pattern& pattern, std::string_view raw, const Reading& reading) {
  const auto found = [&](std::string_view text) { return pattern.search(text) != Pattern::Match::no; };
  return found(raw) ||
         std::ranges::any_of(reading.commands, [&](const SimpleCommand& c) { return found(c.canonical); }) ||
         std::ranges::any_of(reading.inner_texts, found);
}

void apply_patterns(const Policy& policy, std::string_view raw, const Reading& reading, Verdict& out) {
  for (const Pattern& pattern : policy.deny_patterns)
    if (hits(pattern, raw, reading))
      out.findings.push_back(finding(
          "pattern.user", fmt::format("matches the deny pattern {}", base::printable(pattern.text(), 200)),
          {0, raw.size()}));
}

/// Full mode and `unlock:` turn built-in denials into questions.
void soften(const Policy& policy, Verdict& out) {
  bool other_denial = false;
  bool unlocked = false;
  for (Finding& found : out.findings) {
    if (found.decision != Decision::deny) continue;
    const bool absolute = is_absolute(found.rule);
    if (!absolute && policy.unlock.contains(found.rule)) {
      found.decision = Decision::ask;
      unlocked = true;
    } else if (!absolute && policy.mode == Mode::full) {
      found.decision = Decision::ask;
    } else {
      other_denial = true;
    }
  }
  out.unlocked = unlocked && !other_denial;
}

void settle(Verdict& out) {
  std::vector<Finding> sorted;
  for (const Decision decision : {Decision::deny, Decision::ask, Decision::allow})
    for (Finding& found : out.findings)
      if (found.decision == decision && sorted.size() < limits::findings) sorted.push_back(std::move(found));
  out.findings = std::move(sorted);
  out.decision = out.findings.empty() ? Decision::allow : out.findings.front().decision;
}

Verdict decide(const Reading& reading, std::string_view raw, Dialect dialect, const Policy& policy) {
  const Span all{0, raw.size()};
  Verdict out;
  out.findings = reading.findings;
  out.canonical = canonical_of(reading);
  if (policy.mode == Mode::readonly) apply_readonly(reading, dialect, all, out);
  if (policy.mode == Mode::restricted) apply_restricted(reading, policy, all, out);
  apply_patterns(policy, raw, reading, out);
  soften(policy, out);
  settle(out);
  return out;
}

Verdict only(Finding found, std::string_view raw) {
  Verdict out;
  out.decision = found.decision;
  out.findings.push_back(std::move(found));
  out.canonical = printable_lines(raw.substr(0, canonical_bytes));
  return out;
}

/// A text in a language nobody here reads: one command whose effects are unknown.
Reading read_nothing(std::string_view text) {
  Reading out;
  SimpleCommand command;
  command.canonical = text;
  command.substitutes = true;  // as far as anybody can tell
  out.commands.push_back(std::move(command));
  out.findings.push_back(finding("shell.unknown-dialect",
                                 "the guard does not read the command language of this host",
                                 {0, text.size()}));
  return out;
}

Judgement judge_text(const Command& command, const Policy& policy) {
  Judgement out;
  if (auto refused = check_text(command.text)) {
    out.verdict = only(std::move(*refused), command.text);
    return out;
  }
  if (command.dialect == Dialect::cli) {
    out.verdict = decide(read_cli(command.text), command.text, Dialect::cli, policy);
    return out;
  }
  if (command.dialect == Dialect::other) {
    out.verdict = decide(read_nothing(command.text), command.text, Dialect::other, policy);
    return out;
  }
  Environment environment(command.directory);
  Reading reading = read_posix(command.text, environment, false);
  if (reading.incomplete)
    reading.findings.push_back(finding("shell.unreadable",
                                       "the command does not end: a quote, a here-document or a "
                                       "compound command stays open",
                                       {reading.open_from, command.text.size()}));
  out.verdict = decide(reading, command.text, Dialect::posix, policy);
  return out;
}

Judgement judge_line(const Line& line, const SessionState& state, const Policy& policy) {
  Judgement out{{}, state};
  const std::string text = state.pending.empty() ? line.text : state.pending + "\n" + line.text;
  if (auto refused = check_text(text)) {
    out.verdict = only(std::move(*refused), text);
    return out;
  }
  if (line.dialect != Dialect::posix) {
    const Reading reading = line.dialect == Dialect::cli ? read_cli(text) : read_nothing(text);
    out.verdict = decide(reading, text, line.dialect, policy);
    out.state.pending.clear();
    return out;
  }
  Environment environment(state.directory);
  const Reading reading = read_posix(text, environment, true);
  out.verdict = decide(reading, text, Dialect::posix, policy);
  out.state.pending = reading.incomplete ? text.substr(reading.open_from) : std::string();
  // Half a command has not run yet, so it is not known where the shell stands.
  if (reading.incomplete) environment.merge(Environment(state.directory));
  out.state.directory = environment.saved_directory();
  return out;
}

Judgement unsupported(std::string_view what, const SessionState& state) {
  Judgement out{{}, state};
  out.verdict =
      only(finding("request.unsupported", fmt::format("this version does not judge {}", what), {}), {});
  return out;
}

struct Judge {
  const SessionState& state;
  const Policy& policy;

  Judgement operator()(const Command& command) const {
    Judgement out = judge_text(command, policy);
    out.state = state;
    return out;
  }
  Judgement operator()(const Line& line) const { return judge_line(line, state, policy); }
  Judgement operator()(const Answer&) const { return unsupported("answers to questions", state); }
  Judgement operator()(const Keys&) const { return unsupported("single keys", state); }
  Judgement operator()(const Path&) const { return unsupported("file paths", state); }
  Judgement operator()(const Forward& forward) const { return {judge_forward(forward, policy), state}; }
};

}  // namespace

Judgement judge(const Request& request, const SessionState& state, const Policy& policy) {
  try {
    return std::visit(Judge{state, policy}, request);
  } catch (const std::exception&) {
    Judgement out{{}, state};
    out.verdict =
        only(finding("guard.internal", "the guard failed on this request, so it is refused", {}), {});
    return out;
  }
}

}  // namespace mcpssh::guard
