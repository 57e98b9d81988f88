#include "cli/hosts/test_steps.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

using base::ErrorCode;
using State = TestStep::State;

constexpr std::size_t none = static_cast<std::size_t>(-1);

bool goes_a_way(const hosts::Host& host) {
  return !host.jump.empty() || host.proxy || !host.proxy_command.empty();
}

std::vector<TestStep> steps_for(const hosts::Host& host) {
  std::vector<TestStep> steps;
  if (goes_a_way(host)) {
    const std::string through = !host.jump.empty() ? base::join(host.jump, ", ")
                                : host.proxy       ? "proxy " + host.proxy->address
                                                   : host.proxy_command.front();
    steps.push_back({"way", State::not_reached, "through " + through});
  } else {
    steps.push_back({"resolve", State::not_reached, host.address});
    steps.push_back({"TCP", State::not_reached, "port " + std::to_string(host.port)});
  }
  for (const std::string_view name : {"key exchange", "host key", "log in", "shell"})
    steps.push_back({name, State::not_reached, {}});
  return steps;
}

std::size_t index_of(const std::vector<TestStep>& steps, std::string_view name) {
  const auto found = std::ranges::find(steps, name, &TestStep::name);
  return found == steps.end() ? none : static_cast<std::size_t>(found - steps.begin());
}

/// Which step an error is about. The secrets of a log-in are looked up before anything is sent, so an error
/// of theirs says nothing of the steps before.
struct Blame {
  std::string_view step;
  bool before_all = false;
};

Blame blame(const gateway::Failure& failure, std::string_view host) {
  const std::string own = std::string(host) + ": ";
  if (!failure.message.starts_with(own)) return {"way", true};
  const std::string_view rest = std::string_view(failure.message).substr(own.size());
  switch (failure.code) {
    case ErrorCode::resolve_failed:
      return {"resolve"};
    case ErrorCode::connect_failed:
      return {"TCP"};
    case ErrorCode::backing_off:
      return {"TCP", true};
    case ErrorCode::handshake_failed:
      return {"key exchange"};
    case ErrorCode::host_key_unknown:
    case ErrorCode::host_key_changed:
      return {"host key"};
    case ErrorCode::auth_failed:
    case ErrorCode::needs_human:
      return {"log in"};
    case ErrorCode::invalid_config:
    case ErrorCode::not_found:
    case ErrorCode::permission_denied:
      return {rest.starts_with("log in") ? "log in" : "TCP", true};
    default:
      break;
  }
  if (rest.starts_with("log in")) return {"log in"};
  if (rest.starts_with("host key")) return {"key exchange"};
  if (rest.starts_with("shell probe")) return {"shell"};
  return {"TCP", true};
}

void fill_in_success(std::vector<TestStep>& steps, const gateway::ConnectionNote& facts) {
  for (TestStep& step : steps) {
    step.state = State::ok;
    if (step.name == "TCP") step.detail = facts.address;
    if (step.name == "key exchange")
      step.detail = facts.server_version +
                    (facts.weak_algorithms.empty() ? "" : ", only with the old " + facts.weak_algorithms);
    if (step.name == "host key")
      step.detail = facts.host_key_type + " " + facts.fingerprint +
                    (facts.host_key_added ? ", new: put into known_hosts" : "");
    if (step.name == "log in") step.detail = facts.user + " by " + facts.auth_method;
    if (step.name == "shell") step.detail = facts.login_shell;
  }
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::ok:
      return "ok";
    case State::failed:
      return "FAILED";
    case State::not_reached:
      return "-";
  }
  return "-";
}

std::vector<TestStep> test_steps(const hosts::Host& host, const gateway::Outcome& outcome) {
  auto steps = steps_for(host);
  if (outcome.state == gateway::State::connected && outcome.connection) {
    fill_in_success(steps, *outcome.connection);
    if (host.shell == hosts::ShellKind::cli) steps.pop_back();
    return steps;
  }
  if (!outcome.error) return steps;
  const Blame found = blame(*outcome.error, host.name);
  std::size_t at = index_of(steps, found.step);
  if (at == none) at = 0;
  for (std::size_t i = 0; i < at && !found.before_all; ++i) steps[i].state = State::ok;
  steps[at].state = State::failed;
  steps[at].detail = std::string(base::to_string(outcome.error->fault));
  return steps;
}

}  // namespace mcpssh::cli
