#include "cli/doctor/finding.hpp"

#include <algorithm>
#include <array>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::cli::doctor {
namespace {

using State = Finding::State;
constexpr std::size_t most_bytes = 4000;
constexpr std::array<std::string_view, 4> states{"ok", "warn", "fail", "skipped"};

Finding finding(State state, std::string check, std::string detail, std::string cause, std::string fix) {
  Finding made;
  made.state = state;
  made.check = std::move(check);
  made.detail = std::move(detail);
  made.cause = std::move(cause);
  made.fix = std::move(fix);
  return made;
}

}  // namespace

std::string_view to_string(State state) {
  return states[static_cast<std::size_t>(state)];
}

Finding ok(std::string check, std::string detail) {
  return finding(State::ok, std::move(check), std::move(detail), {}, {});
}

Finding skipped(std::string check, std::string why) {
  return finding(State::skipped, std::move(check), std::move(why), {}, {});
}

Finding warn(std::string check, std::string detail, std::string cause, std::string fix) {
  return finding(State::warn, std::move(check), std::move(detail), std::move(cause), std::move(fix));
}

Finding fail(std::string check, std::string detail, std::string cause, std::string fix) {
  return finding(State::fail, std::move(check), std::move(detail), std::move(cause), std::move(fix));
}

Finding failed(std::string check, std::string detail, const base::Error& error) {
  const auto code = " [" + std::string(base::to_string(error.fault())) + "]";
  return fail(std::move(check), std::move(detail), base::printable(error.cause(), most_bytes) + code,
              base::printable(error.next_move(), most_bytes));
}

std::size_t count(const std::vector<Section>& sections, State state) {
  std::size_t sum = 0;
  for (const auto& section : sections)
    sum += static_cast<std::size_t>(std::ranges::count(section.findings, state, &Finding::state));
  return sum;
}

base::json::object to_json(const Section& section) {
  base::json::array checks, advice;
  for (const auto& each : section.findings) {
    base::json::object one{{"check", each.check}, {"state", to_string(each.state)}, {"detail", each.detail}};
    if (!each.cause.empty()) one["cause"] = each.cause;
    if (!each.fix.empty()) one["fix"] = each.fix;
    checks.push_back(std::move(one));
  }
  for (const auto& each : section.advice)
    advice.push_back(base::json::object{{"what", each.what}, {"how", each.how}});
  base::json::object out{{"checks", std::move(checks)}};
  if (!section.advice.empty()) out["advice"] = std::move(advice);
  return out;
}

}  // namespace mcpssh::cli::doctor
