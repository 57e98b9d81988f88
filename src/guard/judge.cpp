#include "guard/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/catastrophe.hpp"
#include "guard/decoded.hpp"
#include "guard/effects/rules.hpp"
#include "guard/forward.hpp"
#include "guard/network/cli.hpp"
#include "guard/second_reading.hpp"
#include "guard/shell/posix.hpp"
#include "guard/text_check.hpp"

namespace mcpssh::guard {
namespace {

/// Longest canonical text a prompt gets; quotes make it longer than the request. The exact bytes are bound by
/// the gateway's digest.
constexpr std::size_t canonical_bytes = std::size_t{128} * 1024;

std::string printable_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!out.empty()) out += '\n';
    out += base::printable(line, canonical_bytes);
  }
  return out;
}

/// What people are shown of a request.
struct Shown {
  std::string text;
  bool whole = true;
};

/// One command a line, and what is encoded in it below. No command begins with a blank.
Shown shown(const Reading& reading) {
  Shown out;
  Decoder decoder;
  std::size_t commands = 0, bytes = 0;
  for (const SimpleCommand& command : reading.commands) {
    const std::size_t room = canonical_bytes - std::min(out.text.size(), canonical_bytes);
    // Of one that does not fit nothing is shown: half a command is another one.
    if (commands > 0 || command.canonical.size() > room) {
      ++commands;
      bytes += command.canonical.size();
      continue;
    }
    if (!out.text.empty() && !out.text.ends_with('\n')) out.text += '\n';
    // Enough for every byte to become visible.
    out.text += base::printable(command.canonical, 8 * canonical_bytes);
    if (const auto decoded = decoder.lines_for(command.canonical); !decoded.empty())
      out.text += "\n" + decoded;
  }
  if (out.text.ends_with('\n')) out.text.pop_back();
  if (commands == 0) return out;
  out.whole = false;
  out.text += fmt::format("\n[{} more commands with {} bytes are not shown]", commands, bytes);
  return out;
}

void deny_by_mode(std::string_view rule, std::string_view what, const std::string& text, Span all,
                  Verdict& out) {
  out.findings.push_back(finding(rule, fmt::format("{}: {}", what, base::printable(text, 100)), all));
}

void apply_restricted(const Reading& reading, const Policy& policy, Span all, Verdict& out) {
  for (const SimpleCommand& command : reading.commands) {
    const bool matched = std::ranges::any_of(policy.allow_patterns, [&](const Pattern& pattern) {
      return pattern.full_match(command.canonical) == Pattern::Match::yes;
    });
    const bool structure_only =
        !command.runs && !command.assigns && command.canonical.starts_with("{ ...; }");
    if (command.writes || command.substitutes || command.opaque)
      return deny_by_mode("mode.restricted",
                          "allow patterns do not cover redirections or what is known only at run time",
                          command.canonical, all, out);
    if (!matched && !structure_only)
      return deny_by_mode("mode.restricted", "no allow pattern matches the whole of", command.canonical, all,
                          out);
  }
}

bool hits(const Pattern& pattern, std::string_view raw, const Reading& reading,
          const std::vector<std::string>& wrapped) {
  const auto found = [&](std::string_view text) { return pattern.search(text) != Pattern::Match::no; };
  return found(raw) ||
         std::ranges::any_of(reading.commands, [&](const SimpleCommand& c) { return found(c.canonical); }) ||
         std::ranges::any_of(wrapped, found) || std::ranges::any_of(reading.inner_texts, found);
}

void apply_patterns(const Policy& policy, std::string_view raw, const Reading& reading, Verdict& out) {
  if (policy.deny_patterns.empty()) return;
  std::vector<std::string> wrapped;
  wrapped.reserve(reading.wrapped.size());
  for (const Words words : reading.wrapped) wrapped.push_back(canonical(words));
  for (const Pattern& pattern : policy.deny_patterns)
    if (hits(pattern, raw, reading, wrapped))
      out.findings.push_back(finding(
          "pattern.user", fmt::format("matches the deny pattern {}", base::printable(pattern.text(), 200)),
          {0, raw.size()}));
}

void apply_deny_rules(const Policy& policy, const Reading& reading, Span all, Verdict& out) {
  for (const ArgvRule& rule : policy.deny)
    if (std::ranges::any_of(reading.invocations, [&](Words words) { return may_match(rule, words); }))
      out.findings.push_back(finding("user.deny", fmt::format("the owner forbids {}", to_string(rule)), all));
  if (!policy.deny.empty() && reading.unchecked)
    out.findings.push_back(finding("user.deny",
                                   "the text could not be read to its end, so what the owner forbids could "
                                   "not be checked",
                                   all));
}

/// What was not read may be what is denied when it is read, so padding must not make a question of it.
void apply_padding(const Reading& reading, std::string_view raw, Verdict& out) {
  if (!reading.cut_short) return;
  std::string denial = reading.denied_further_on;
  if (denial.empty() && !reading.read_further && looks_catastrophic(raw))
    denial = "words that destroy a system";
  if (denial.empty()) return;
  out.findings.push_back(
      finding("shell.padded",
              fmt::format("the text is past the limits of what the guard reads, and in it is: {}", denial),
              {0, raw.size()}));
}

/// A text past the limits, once more: what is denied in it may stand where the first reading did not come.
void read_again(std::string_view text, std::string_view directory, bool interactive, const Policy& policy,
                Reading& reading) {
  const auto denied = [&](const Finding& found) {
    return found.decision == Decision::deny && !policy.unlock.contains(found.rule);
  };
  if (!reading.cut_short || std::ranges::any_of(reading.findings, denied)) return;
  const SecondReading second = read_past_the_limits(text, directory, interactive, policy.unlock);
  reading.denied_further_on = second.denial.value_or("");
  reading.read_further = second.whole;
}

/// Takes back what only commands are blamed for that the owner allows. Built-in denials stay.
void apply_allow_rules(const Policy& policy, const Reading& reading, Verdict& out) {
  // What the owner trusts need not be a read.
  if (policy.allow.empty() || policy.mode == Mode::readonly || reading.crowded) return;
  const auto allowed = [&](std::size_t invocation) {
    return invocation != Reading::nobody && std::ranges::any_of(policy.allow, [&](const ArgvRule& rule) {
             return surely_matches(rule, reading.invocations[invocation]);
           });
  };
  for (std::size_t i = 0; i < reading.causes.size(); ++i)
    if (out.findings[i].decision != Decision::deny && std::ranges::all_of(reading.causes[i], allowed))
      out.findings[i].rule.clear();
  std::erase_if(out.findings, [](const Finding& found) { return found.rule.empty(); });
}

Decision decision_of(const Finding& found, std::string_view raw, const Policy& policy) {
  const Rule* rule = find_rule(found.rule);
  if (rule == nullptr) return found.decision;
  if (policy.unknown_allowed && found.rule == "shell.unknown-program" && policy.mode == Mode::standard)
    return Decision::allow;
  const Decision decision = rule->decision(policy.mode);
  const bool opaque_in_full = policy.mode == Mode::full && found.effect == Effect::exec_unknown &&
                              found.decision == Decision::ask && decision == Decision::allow;
  return opaque_in_full && has_catastrophic_words(raw) ? Decision::ask : decision;
}

/// The mode's word on each finding; `unlock:` turns denials into questions.
void apply_mode(const Policy& policy, std::string_view raw, Verdict& out) {
  bool other_denial = false;
  bool unlocked = false;
  for (Finding& found : out.findings) {
    const Decision own = found.decision;
    found.decision = decision_of(found, raw, policy);
    if (found.decision != Decision::deny) continue;
    if (policy.mode == Mode::readonly && own != Decision::deny) {
      found.reason =
          fmt::format("the host is read-only, and this is no read: {} [{}]", found.reason, found.rule);
      found.rule = "mode.readonly";
    }
    const bool opens = !is_absolute(found.rule) && policy.unlock.contains(found.rule);
    if (opens) found.decision = Decision::ask;
    unlocked = unlocked || opens;
    other_denial = other_denial || !opens;
  }
  out.unlocked = unlocked && !other_denial;
}

void settle(Verdict& out) {
  std::vector<Finding> sorted;
  for (const Decision decision : {Decision::deny, Decision::ask})
    for (Finding& found : out.findings)
      if (found.decision == decision && sorted.size() < limits::findings) sorted.push_back(std::move(found));
  for (Finding& found : out.findings)
    if (found.decision == Decision::allow && out.remarks.size() < limits::findings)
      out.remarks.push_back(std::move(found));
  out.findings = std::move(sorted);
  out.decision = out.findings.empty() ? Decision::allow : out.findings.front().decision;
}

Verdict decide(const Reading& reading, std::string_view raw, const Policy& policy) {
  const Span all{0, raw.size()};
  Verdict out;
  out.findings = reading.findings;
  Shown visible = shown(reading);
  out.canonical = std::move(visible.text);
  apply_allow_rules(policy, reading, out);
  apply_deny_rules(policy, reading, all, out);
  apply_padding(reading, raw, out);
  if (policy.mode == Mode::restricted) apply_restricted(reading, policy, all, out);
  apply_patterns(policy, raw, reading, out);
  apply_mode(policy, raw, out);
  settle(out);
  if (visible.whole || out.decision != Decision::ask) return out;
  // Nobody can agree to what they cannot see.
  out.findings.push_back(finding(
      "text.not-shown", "too much would run for a person to be shown all of it; send it in parts", all));
  out.unlocked = false;
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
    CliState device;
    Reading reading = read_cli(command.text, command.platform, device);
    // Of a POSIX platform, or what a device's shell is given.
    read_again(command.text, {}, false, policy, reading);
    if (!device.open.empty())
      reading.findings.push_back(finding(
          "device.unreadable", "a quote, bracket or brace stays open",
          {command.text.size() - std::min(device.open.size(), command.text.size()), command.text.size()}));
    out.verdict = decide(reading, command.text, policy);
    return out;
  }
  if (command.dialect == Dialect::other) {
    out.verdict = decide(read_nothing(command.text), command.text, policy);
    return out;
  }
  Environment environment(command.directory);
  Reading reading = read_posix(command.text, environment, false);
  read_again(command.text, command.directory, false, policy, reading);
  if (reading.incomplete) {
    reading.unchecked = true;
    reading.findings.push_back(finding("shell.unreadable",
                                       "the command does not end: a quote, a here-document or a "
                                       "compound command stays open",
                                       {reading.open_from, command.text.size()}));
  }
  out.verdict = decide(reading, command.text, policy);
  return out;
}

/// A line for a device: the mode earlier lines left it in counts, and an open quote or brace of theirs.
Judgement judge_cli_line(const Line& line, const SessionState& state, const Policy& policy) {
  Judgement out{{}, state};
  const std::string text = state.device.open.empty() ? line.text : state.device.open + "\n" + line.text;
  if (auto refused = check_text(text)) {
    out.verdict = only(std::move(*refused), text);
    return out;
  }
  out.state.device.open.clear();
  Reading reading = read_cli(text, line.platform, out.state.device);
  read_again(text, {}, false, policy, reading);
  out.verdict = decide(reading, text, policy);
  return out;
}

Judgement judge_line(const Line& line, const SessionState& state, const Policy& policy) {
  Judgement out{{}, state};
  const std::string text = state.pending.empty() ? line.text : state.pending + "\n" + line.text;
  if (auto refused = check_text(text)) {
    out.verdict = only(std::move(*refused), text);
    return out;
  }
  if (line.dialect == Dialect::cli) return judge_cli_line(line, state, policy);
  if (line.dialect == Dialect::other) {
    out.verdict = decide(read_nothing(text), text, policy);
    out.state.pending.clear();
    return out;
  }
  Environment environment(state.directory);
  Reading reading = read_posix(text, environment, true);
  read_again(text, state.directory, true, policy, reading);
  out.verdict = decide(reading, text, policy);
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
