#include "cli/run/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "cli/run/exit_status.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::cli {
namespace {

using gateway::State;

constexpr std::size_t most_names = 200;  ///< bytes, where there is no terminal

/// The reason with the host's own name taken out, so that equal ones meet.
std::string reason_of(const gateway::Outcome& outcome) {
  if (!outcome.error) return {};
  std::string_view message = outcome.error->message;
  const std::string own = outcome.host + ": ";
  if (message.starts_with(own)) message.remove_prefix(own.size());
  return std::string(message);
}

std::string names_of(const std::vector<Answer>& answers, const std::vector<std::size_t>& group,
                     std::size_t most) {
  std::string names;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& name = answers[group[i]].outcome.host;
    const auto left = group.size() - i;
    if (!names.empty() && names.size() + name.size() + 20 > most)
      return names + fmt::format(" and {} more", left);
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

std::string coloured(std::string text, bool fine, const Look& look) {
  if (!look.colours) return text;
  return (fine ? "\x1b[1;32m" : "\x1b[1;31m") + text + "\x1b[0m";
}

}  // namespace

std::string ending(const Answer& answer) {
  const auto& outcome = answer.outcome;
  const auto reason = reason_of(outcome);
  switch (outcome.state) {
    case State::exited:
      return "exit " + std::to_string(outcome.exit_code.value_or(-1));
    case State::signalled:
      return "killed by signal " + outcome.signal;
    case State::replied:
      return "answered";
    case State::timed_out:
      return "timed out" + tools::remains_text(outcome);
    case State::refused:
      return "refused, nothing was sent: " + reason;
    case State::never_started:
      return "never started: " + reason;
    case State::cancelled:
      // What a batch gave up says why; of anything else an error is only how the waiting ended.
      if (outcome.error && outcome.error->code == base::ErrorCode::cancelled) return reason;
      return outcome.remains == gateway::Remains::nothing_to_stop ? "stopped before it was sent"
                                                                  : "stopped" + tools::remains_text(outcome);
    case State::connection_lost:
      return "connection lost, outcome unknown: " + reason;
    default:
      return std::string(to_string(outcome.state));
  }
}

std::vector<std::vector<std::size_t>> grouped(const std::vector<Answer>& answers) {
  std::map<std::tuple<std::string, std::string_view, std::string_view, std::size_t>, std::vector<std::size_t>>
      by_words;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& answer = answers[i];
    by_words[{ending(answer), answer.out, answer.err, answer.lost > 0 ? i + 1 : 0}].push_back(i);
  }
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [words, members] : by_words) groups.push_back(std::move(members));
  std::ranges::sort(groups, {}, [&](const auto& group) {
    return std::tuple(!is_fine(answers[group.front()].outcome), -static_cast<std::ptrdiff_t>(group.size()),
                      group.front());
  });
  return groups;
}

std::string title(const std::vector<Answer>& answers, const std::vector<std::size_t>& group,
                  const Look& look) {
  const auto& first = answers[group.front()];
  const auto how = base::printable(ending(first), 1000);
  const bool terminal = look.colours || look.columns > 0;
  const std::size_t most = terminal ? std::max<std::size_t>(look.columns, 40) / 2 : most_names;
  const auto names = names_of(answers, group, most);
  const auto count = group.size() > 1 ? fmt::format(" ({} of {})", group.size(), answers.size()) : "";
  return coloured("== " + names + count + ": ", is_fine(first.outcome), look) + how;
}

std::string summary(const std::vector<Answer>& answers) {
  std::map<std::string, std::size_t> counts;
  for (const auto& answer : answers) {
    const auto how = ending(answer);
    ++counts[how.substr(0, how.find_first_of(",:;"))];
  }
  std::vector<std::string> parts;
  for (const auto& [how, count] : counts) parts.push_back(fmt::format("{} {}", count, how));
  return fmt::format("{} hosts: {}", answers.size(), base::join(parts, ", "));
}

base::json::object to_json(const std::vector<Answer>& answers, int status) {
  base::json::array hosts;
  for (const auto& answer : answers) {
    const auto& outcome = answer.outcome;
    base::json::object one{{"host", outcome.host},
                           {"state", to_string(outcome.state)},
                           {"call", outcome.call.str()},
                           {"stdout", answer.out},
                           {"stderr", answer.err},
                           {"stdout_bytes", outcome.out.total},
                           {"stderr_bytes", outcome.err.total},
                           {"lost_bytes", answer.lost},
                           {"duration_us", outcome.duration.count()}};
    one["exit_code"] = outcome.exit_code ? base::json::value(*outcome.exit_code) : base::json::value();
    if (!outcome.signal.empty()) one["signal"] = outcome.signal;
    if (outcome.remains != gateway::Remains::nothing_to_stop) one["remains"] = to_string(outcome.remains);
    if (!outcome.approved_by.empty()) one["approved_by"] = base::to_utf8(outcome.approved_by);
    if (!outcome.rules.empty()) one["rules"] = base::json::value_from(outcome.rules);
    if (outcome.error)
      one["error"] = base::json::object{{"code", base::to_string(outcome.error->code)},
                                        {"message", base::to_utf8(outcome.error->message)}};
    hosts.push_back(std::move(one));
  }
  return {{"version", 1}, {"status", status}, {"hosts", std::move(hosts)}};
}

std::string progress_bar(std::size_t done, std::size_t all, std::size_t failed, unsigned columns) {
  auto counts = fmt::format(" {}/{}", done, all);
  if (failed > 0) counts += fmt::format(", {} failed", failed);
  const std::size_t room = columns > counts.size() + 2 ? columns - counts.size() - 2 : 0;
  const std::size_t width = std::min<std::size_t>(room, 40);
  const std::size_t full = all == 0 ? width : width * done / all;
  if (width < 3) return counts.substr(1, columns);
  return "[" + std::string(full, '#') + std::string(width - full, ' ') + "]" + counts;
}

}  // namespace mcpssh::cli
