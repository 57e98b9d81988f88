#include "gateway/policy_set.hpp"

#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "guard/judge.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::Fault;

std::expected<guard::Pattern, Error> compile_pattern(const hosts::PatternText& pattern,
                                                     std::string_view what) {
  auto compiled = guard::Pattern::compile(pattern.text);
  if (compiled) return compiled;
  return std::unexpected(Error(Fault::config_pattern,
                               pattern.place.str() + ": " + std::string(what) + " `" +
                                   base::printable(pattern.text) +
                                   "` does not compile: " + compiled.error().cause(),
                               "correct the pattern (Python-style regular expression) and start again"));
}

std::expected<void, Error> add_patterns(const std::vector<hosts::PatternText>& from, std::string_view what,
                                        std::vector<guard::Pattern>& to) {
  for (const auto& text : from) {
    auto pattern = compile_pattern(text, what);
    if (!pattern) return std::unexpected(pattern.error());
    to.push_back(*std::move(pattern));
  }
  return {};
}

std::expected<void, Error> add_unlocks(const hosts::Host& host, guard::Policy& policy) {
  std::vector<std::string> known;
  for (const auto& rule : guard::builtin_rules()) known.emplace_back(rule.id);
  for (const auto& id : host.unlock) {
    if (std::ranges::find(known, id) == known.end()) {
      const auto near = base::nearest(id, known);
      return std::unexpected(
          Error(Fault::config_rule,
                host.place.str() + ": unlock of host " + host.name + " names the unknown rule `" +
                    base::printable(id) + "`",
                near ? "did you mean `" + *near + "`?" : "see docs/guard.md for the rule ids"));
    }
    policy.unlock.insert(id);
  }
  return {};
}

std::vector<guard::ArgvRule> argv_rules(const std::vector<hosts::ArgvRule>& rules) {
  std::vector<guard::ArgvRule> out;
  for (const auto& rule : rules) out.push_back({rule.words, rule.more});
  return out;
}

enum class Example { holds, holds_not };

std::expected<void, Error> check_example(const hosts::Host& host, const hosts::ArgvRule& rule, Example kind,
                                         const std::string& command, const guard::Policy& policy,
                                         guard::Decision decision) {
  const auto dialect = host.shell == hosts::ShellKind::cli ? guard::Dialect::cli : guard::Dialect::posix;
  const auto verdict = guard::judge(guard::Command{command, dialect, {}, host.platform}, {}, policy).verdict;
  const bool holds = verdict.decision == decision;
  if (holds == (kind == Example::holds)) return {};
  const std::string found =
      verdict.findings.empty() ? "is allowed" : "gives " + verdict.findings.front().rule;
  return std::unexpected(
      Error(Fault::config_rule,
            rule.place.str() + ": the " + (kind == Example::holds ? "example `" : "counter-example `") +
                base::printable(command, 120) + "` of the rule `" + hosts::to_string(rule) + "` of host " +
                host.name + " " + found,
            "correct the rule or the example; `mcp-ssh check` shows how a command is read"));
}

/// Each rule for itself, with the host's mode: what its examples say it does, it does.
std::expected<void, Error> check_examples(const hosts::Host& host, const guard::Policy& whole) {
  std::expected<void, Error> done;
  const auto check = [&](const hosts::ArgvRule& rule, const guard::Policy& policy, guard::Decision decision) {
    for (const auto& command : rule.examples)
      if (done) done = check_example(host, rule, Example::holds, command, policy, decision);
    for (const auto& command : rule.counter_examples)
      if (done) done = check_example(host, rule, Example::holds_not, command, policy, decision);
  };
  guard::Policy alone;
  alone.mode = whole.mode;
  for (std::size_t i = 0; i < host.allow.size(); ++i) {
    alone.allow = {whole.allow[i]};
    check(host.allow[i], alone, guard::Decision::allow);
  }
  alone.allow.clear();
  alone.mode = guard::Mode::full;
  for (std::size_t i = 0; i < host.deny.size(); ++i) {
    alone.deny = {whole.deny[i]};
    check(host.deny[i], alone, guard::Decision::deny);
  }
  return done;
}

std::expected<void, Error> add_argv_rules(const hosts::Host& host, guard::Policy& policy) {
  const auto* first = !host.allow.empty()  ? &host.allow.front()
                      : !host.deny.empty() ? &host.deny.front()
                                           : nullptr;
  if (first == nullptr) return {};
  const bool device = host.shell == hosts::ShellKind::cli;
  if (host.platform == "windows" || (device && !host.allow.empty()))
    return std::unexpected(Error(Fault::config_rule,
                                 first->place.str() + (device ? ": `allow`" : ": `allow` and `deny`") +
                                     " of host " + host.name +
                                     " need the words of a POSIX shell, which this host has not",
                                 "use deny_patterns, or mode: restricted with allow_patterns"));
  policy.allow = argv_rules(host.allow);
  policy.deny = argv_rules(host.deny);
  return check_examples(host, policy);
}

guard::Mode guard_mode(hosts::Mode mode) {
  switch (mode) {
    case hosts::Mode::standard:
      return guard::Mode::standard;
    case hosts::Mode::readonly:
      return guard::Mode::readonly;
    case hosts::Mode::restricted:
      return guard::Mode::restricted;
    case hosts::Mode::full:
      return guard::Mode::full;
  }
  return guard::Mode::readonly;
}

std::expected<guard::Policy, Error> compile_host(const hosts::Snapshot& snapshot, const hosts::Host& host) {
  guard::Policy policy;
  policy.mode = guard_mode(host.mode);
  auto done = add_patterns(snapshot.settings.deny_patterns, "deny pattern", policy.deny_patterns);
  if (done) done = add_patterns(host.deny_patterns, "deny pattern", policy.deny_patterns);
  if (done) done = add_patterns(host.allow_patterns, "allow pattern", policy.allow_patterns);
  if (done) done = add_unlocks(host, policy);
  if (done) done = add_argv_rules(host, policy);
  policy.unknown_allowed = host.unknown_allowed;
  for (const auto& target : host.tunnel_targets)
    policy.forward_targets.push_back(guard::ForwardTarget{target.address, target.port});
  for (const auto& target : host.tunnel_remote_targets)
    policy.forward_back_targets.push_back(guard::ForwardTarget{target.address, target.port});
  policy.forward_dynamic = host.tunnel_dynamic;
  policy.forward_remote = host.tunnel_remote;
  if (done && !host.prompt_regex.empty()) {
    const hosts::PatternText prompt{host.prompt_regex, host.place};
    if (auto compiled = compile_pattern(prompt, "prompt_regex"); !compiled)
      done = std::unexpected(compiled.error());
  }
  if (!done) return std::unexpected(done.error());
  return policy;
}

}  // namespace

std::expected<std::shared_ptr<const PolicySet>, Error> PolicySet::compile(const hosts::Snapshot& snapshot) {
  auto set = std::make_shared<PolicySet>();
  // Checked even when no host is configured, so that a bad pattern never waits for the first host.
  std::vector<guard::Pattern> checked;
  if (auto done = add_patterns(snapshot.settings.deny_patterns, "deny pattern", checked); !done)
    return std::unexpected(done.error());
  for (const auto& host : snapshot.hosts) {
    auto policy = compile_host(snapshot, host);
    if (!policy) return std::unexpected(policy.error());
    set->policies_.emplace(host.name, *std::move(policy));
  }
  return set;
}

approvals::Setting approval_setting(const hosts::Snapshot& snapshot, const hosts::Host& host) {
  switch (host.approval.value_or(snapshot.settings.approval)) {
    case hosts::Approval::automatic:
      return approvals::Setting::automatic;
    case hosts::Approval::human:
      return approvals::Setting::human;
    case hosts::Approval::model:
      return approvals::Setting::model;
    case hosts::Approval::none:
      return approvals::Setting::none;
  }
  return approvals::Setting::none;
}

std::size_t approvals_needed(const hosts::Snapshot& snapshot, const hosts::Host& host) {
  return host.approvals_needed.value_or(snapshot.settings.approvals_needed);
}

}  // namespace mcpssh::gateway
