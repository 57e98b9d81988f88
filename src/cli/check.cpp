// `mcp-ssh check`: what the guard says of a command, without a host being asked.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/house.hpp"
#include "gateway/judgement.hpp"
#include "guard/explain.hpp"
#include "guard/judge.hpp"
#include "guard/rules_table.hpp"
#include "guard/verdict_json.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using guard::Decision;
using guard::Verdict;

/// Exit statuses, so that scripts need not read the text.
constexpr int asks_status = 3;
constexpr int denied_status = 4;
constexpr std::size_t longest_drawn = 120;

guard::Mode mode_of(const std::string& policy) {
  if (policy == "readonly") return guard::Mode::readonly;
  return policy == "full" ? guard::Mode::full : guard::Mode::standard;
}

guard::Dialect dialect_named(std::string_view shell) {
  if (shell == "cli") return guard::Dialect::cli;
  return shell == "posix" ? guard::Dialect::posix : guard::Dialect::other;
}

/// A verdict, and in which language the command was read.
struct Judged {
  Verdict verdict;
  guard::Dialect dialect = guard::Dialect::posix;
};

Judged judge_anywhere(const std::string& command, const CheckOptions& options, std::string_view shell,
                      const std::string& platform) {
  guard::Policy policy;
  policy.mode = mode_of(options.policy);
  const auto dialect = dialect_named(shell);
  return {guard::judge(guard::Command{command, dialect, {}, platform}, {}, policy).verdict, dialect};
}

/// As the host's own policy says.
Judged judge_for_host(const Common& common, const std::string& command, const CheckOptions& options) {
  const auto configuration = configure(configuration_path(common));
  const auto host = hosts::require_host(*configuration.snapshot, options.host);
  if (!host) throw Error(host.error());
  guard::Policy policy = configuration.policies->policy((*host)->name);
  if (!options.policy.empty()) policy.mode = mode_of(options.policy);
  gateway::Exec exec;
  exec.command = command;
  return {gateway::judge_exec(exec, **host, policy), gateway::dialect_of(**host)};
}

base::json::object verdict_json(const Verdict& verdict) {
  base::json::object out;
  out["decision"] = guard::to_string(verdict.decision);
  out["findings"] = guard::to_json(verdict.findings);
  out["remarks"] = guard::to_json(verdict.remarks);
  out["read_as"] = verdict.canonical;
  return out;
}

/// The part of a one-line command a finding is about, underlined.
std::string underlined(const std::string& command, const guard::Span& span) {
  const bool drawable = command.size() <= longest_drawn &&
                        base::printable(command, longest_drawn) == command && span.begin < span.end &&
                        span.end <= command.size();
  if (!drawable) return {};
  return fmt::format("      {}\n      {}{}\n", command, std::string(span.begin, ' '),
                     std::string(span.end - span.begin, '^'));
}

void print_findings(const std::vector<guard::Finding>& findings, const std::string& command) {
  for (const guard::Finding& found : findings) {
    std::cout << fmt::format("  {:5} {:24} {}\n", guard::to_string(found.decision), found.rule, found.reason);
    std::cout << underlined(command, found.span);
  }
}

std::string_view advice(const Verdict& verdict) {
  switch (verdict.decision) {
    case Decision::allow:
      return "";
    case Decision::ask:
      return "It needs approval, as `approval:` of the host says; `allow:` rules of the host can let it "
             "run.\n";
    case Decision::deny:
      return "It stays closed; `unlock:` with the rule's id opens built-in denials to a person's approval.\n";
  }
  return "";
}

void print(const std::string& command, const Judged& judged, const CheckOptions& options) {
  const Verdict& verdict = judged.verdict;
  if (options.json) {
    std::cout << base::json::serialize(verdict_json(verdict)) << "\n";
    return;
  }
  std::cout << guard::to_string(verdict.decision) << "\n";
  print_findings(verdict.findings, command);
  if (options.explain) {
    print_findings(verdict.remarks, command);
    std::cout << "Read as:\n";
    for (const std::string_view line : base::split(verdict.canonical, '\n'))
      std::cout << "  " << line << "\n";
    if (dialect_named(options.shell) == guard::Dialect::posix)
      std::cout << "Parsed as:\n" << guard::explain(command);
  }
  std::cout << advice(verdict);
}

int status_of(Decision decision) {
  return decision == Decision::allow ? 0 : decision == Decision::ask ? asks_status : denied_status;
}

std::string check_line(const std::string& text, const CheckOptions& options, std::size_t number) {
  const auto value = base::parse_json(text);
  if (!value || !value->is_object())
    throw Error(ErrorCode::invalid_argument,
                fmt::format("line {} of {} is no JSON object", number, options.batch),
                R"(write {"id": "1", "command": "ls", "shell": "posix"} on each line)");
  const auto& object = value->as_object();
  const auto command = base::find_string(object, "command");
  if (!command)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("line {} of {} has no command", number, options.batch));
  const auto shell = base::find_string(object, "shell").value_or(options.shell);
  const auto platform = base::find_string(object, "platform").value_or(options.platform);
  auto out = verdict_json(judge_anywhere(*command, options, shell, platform).verdict);
  if (const auto* id = object.if_contains("id")) out["id"] = *id;
  return base::json::serialize(out);
}

int check_batch(const CheckOptions& options) {
  std::ifstream file;
  if (options.batch != "-") {
    file.open(options.batch);
    if (!file) throw Error(ErrorCode::not_found, "cannot read " + base::printable(options.batch, 200));
  }
  std::istream& lines = options.batch == "-" ? std::cin : file;
  std::size_t number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    if (!base::trim(text).empty()) std::cout << check_line(text, options, number) << "\n";
  }
  return 0;
}

}  // namespace

int check(const Common& common, const CheckOptions& options) {
  if (options.rules) {
    std::cout << guard::rules_table();
    return 0;
  }
  if (!options.batch.empty() && !options.host.empty())
    throw Error(Fault::usage, "--batch judges by a policy, not by a host's",
                "leave out --host, and name --policy");
  if (!options.batch.empty()) return check_batch(options);
  std::string command = base::join(options.words, " ");
  if (command == "-") command.assign(std::istreambuf_iterator<char>(std::cin), {});
  const Judged judged = options.host.empty()
                            ? judge_anywhere(command, options, options.shell, options.platform)
                            : judge_for_host(common, command, options);
  print(command, judged, options);
  return status_of(judged.verdict.decision);
}

}  // namespace mcpssh::cli
