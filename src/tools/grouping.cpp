#include "tools/grouping.hpp"

#include <algorithm>
#include <map>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "gateway/show.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::tools {
namespace {

using gateway::Outcome;
using gateway::State;

constexpr std::size_t most_names = 40;
/// A stream shown with less would say nothing.
constexpr std::size_t least_bytes = 256;

bool is_fine(const HostAnswer& answer) {
  return answer.outcome && (answer.outcome->state == State::replied ||
                            (answer.outcome->state == State::exited && answer.outcome->exit_code == 0));
}

/// How it ended, without what differs from host to host.
std::string ending_of(const HostAnswer& answer) {
  if (!answer.outcome && answer.running && answer.running->approval)
    return "waiting for approval " + answer.running->approval->id + ", not sent";
  if (!answer.outcome && answer.running && answer.running->question)
    return "waiting for a person to answer its log-in: mcp-ssh answer " + answer.running->question->id;
  if (!answer.outcome) return answer.running && !answer.running->began ? "not sent yet" : "still running";
  const Outcome& outcome = *answer.outcome;
  switch (outcome.state) {
    case State::exited:
      return "exit " + std::to_string(outcome.exit_code.value_or(-1));
    case State::signalled:
      return "killed by signal " + outcome.signal;
    case State::never_started:
      return "never started";
    case State::timed_out:
      return (outcome.remains == gateway::Remains::proved_gone ? "timed out and was stopped" : "timed out") +
             remains_text(outcome);
    case State::replied:
      return "answered";
    case State::refused:
      return "refused, nothing was sent";
    case State::cancelled:
      return "cancelled" + remains_text(outcome);
    case State::connection_lost:
      return "connection lost, outcome unknown";
    default:
      return std::string(to_string(outcome.state));
  }
}

/// The reason of what never ran, with the host's own name taken out so that equal ones meet.
std::string reason_of(const HostAnswer& answer) {
  if (!answer.outcome || !answer.outcome->error) return {};
  std::string text = answer.outcome->error->message;
  for (auto at = text.find(answer.host); at != std::string::npos; at = text.find(answer.host, at + 6))
    text.replace(at, answer.host.size(), "(host)");
  return text;
}

bool same(const HostAnswer& a, const HostAnswer& b) {
  if (ending_of(a) != ending_of(b) || reason_of(a) != reason_of(b)) return false;
  if (!a.outcome || !b.outcome) return a.outcome.has_value() == b.outcome.has_value();
  return a.outcome->out == b.outcome->out && a.outcome->err == b.outcome->err;
}

std::string summary(const std::vector<HostAnswer>& answers, std::chrono::milliseconds took) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const auto& answer : answers) {
    const std::string ending = ending_of(answer);
    const auto known = std::ranges::find(counts, ending, &std::pair<std::string, std::size_t>::first);
    if (known == counts.end())
      counts.emplace_back(ending, 1);
    else
      ++known->second;
  }
  std::vector<std::string> parts;
  for (const auto& [ending, count] : counts) parts.push_back(std::to_string(count) + " " + ending);
  return std::to_string(answers.size()) + " hosts: " + base::join(parts, ", ") + ", in " +
         base::human_duration(took);
}

/// "0.12 s" or "0.12 s to 3.4 s".
std::string durations(const std::vector<HostAnswer>& answers, const Group& group) {
  auto least = std::chrono::microseconds::max();
  auto most = std::chrono::microseconds::zero();
  for (const auto member : group.members) {
    if (!answers[member].outcome) return {};
    least = std::min(least, answers[member].outcome->duration);
    most = std::max(most, answers[member].outcome->duration);
  }
  const std::string first = base::human_duration(least), last = base::human_duration(most);
  return " in " + (first == last ? first : first + " to " + last);
}

std::string group_text(const std::vector<HostAnswer>& answers, const Group& group, std::size_t budget) {
  const HostAnswer& first = answers[group.members.front()];
  const std::string of =
      group.members.size() == 1 ? first.host : "each of " + std::to_string(group.members.size()) + " hosts";
  std::string text = names_of(answers, group) + " (" + std::to_string(group.members.size()) + " of " +
                     std::to_string(answers.size()) + "): " + ending_of(first) + durations(answers, group);
  if (!first.outcome) {
    for (const auto member : group.members)
      if (const auto& running = answers[member].running)
        text += "\n  " + running->host + " goes on as " + running->call.str();
    return text;
  }
  if (const auto reason = reason_of(first); !reason.empty()) text += "\n" + reason;
  if (!first.outcome->approved_by.empty()) text += "\nApproved by: " + first.outcome->approved_by + ".";
  const auto unrecorded = [&](std::size_t member) { return !answers[member].outcome->end_recorded; };
  if (std::ranges::any_of(group.members, unrecorded))
    text += "\nNot every end could be written to the audit journal; nothing runs until it can.";
  const auto said = gateway::shown(*first.outcome, base::random_hex(8), of, budget);
  if (said.empty()) return text;
  const bool cut = first.outcome->out.total > budget || first.outcome->err.total > budget;
  if (cut || first.outcome->out.dropped > 0)
    text += "\nAll of it: ssh_output call=" + first.outcome->call.str() + ".";
  return text + "\n" + said;
}

base::json::object facts_of(const HostAnswer& answer) {
  base::json::object facts;
  const bool sent = !answer.running || answer.running->began;
  facts["state"] = answer.outcome ? to_string(answer.outcome->state) : sent ? "running" : "not_sent";
  if (!answer.outcome && answer.running && answer.running->approval) {
    facts["state"] = "waiting";
    facts["approval"] = answer.running->approval->id;
  }
  if (answer.outcome && answer.outcome->exit_code) facts["exit_code"] = *answer.outcome->exit_code;
  facts["call"] = answer.outcome   ? answer.outcome->call.str()
                  : answer.running ? answer.running->call.str()
                                   : "";
  return facts;
}

}  // namespace

std::vector<Group> grouped(const std::vector<HostAnswer>& answers) {
  std::vector<Group> groups;
  // Keyed first, so that a thousand different answers are not each compared with every other one.
  std::multimap<std::string, std::size_t> by_key;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& outcome = answers[i].outcome;
    const std::string key = ending_of(answers[i]) + (outcome ? outcome->out.head + outcome->err.head : "");
    const auto [begin, end] = by_key.equal_range(key);
    const auto known = std::find_if(begin, end, [&](const auto& e) {
      return same(answers[groups[e.second].members.front()], answers[i]);
    });
    if (known != end) {
      groups[known->second].members.push_back(i);
    } else {
      by_key.emplace(key, groups.size());
      groups.push_back(Group{{i}});
    }
  }
  const auto rank = [&](const Group& group) {
    const bool fine = is_fine(answers[group.members.front()]);
    return std::tuple(!fine, -static_cast<std::ptrdiff_t>(group.members.size()), group.members.front());
  };
  std::ranges::sort(groups, {}, rank);
  return groups;
}

std::string names_of(const std::vector<HostAnswer>& answers, const Group& group) {
  std::vector<std::string> names;
  for (const auto member : group.members) {
    if (names.size() == most_names) break;
    names.push_back(answers[member].host);
  }
  const std::size_t more = group.members.size() - names.size();
  return base::join(names, ", ") + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

mcp::ToolResult result_of(const std::vector<HostAnswer>& answers, std::chrono::milliseconds took,
                          std::size_t budget) {
  const auto groups = grouped(answers);
  mcp::ToolResult result;
  result.text = summary(answers, took);
  const std::size_t share = budget / std::max<std::size_t>(groups.size(), 1);
  for (const auto& group : groups)
    result.text += "\n\n" + group_text(answers, group, std::max(share, least_bytes));
  base::json::object hosts;
  for (const auto& answer : answers) {
    hosts[answer.host] = facts_of(answer);
    result.is_error = result.is_error || (answer.outcome && is_error(answer.outcome->state));
  }
  result.meta["mcp-ssh/hosts"] = std::move(hosts);
  return result;
}

}  // namespace mcpssh::tools
