// How far a log-in came, said from its outcome alone: never more than is known.
#include "cli/hosts/test_steps.hpp"

#include <gtest/gtest.h>

namespace mcpssh::cli {
namespace {

hosts::Host web1() {
  hosts::Host host;
  host.name = "web1";
  host.address = "192.0.2.10";
  host.user = "ann";
  return host;
}

gateway::Outcome failed(base::ErrorCode code, std::string message) {
  gateway::Outcome outcome;
  outcome.error = gateway::Failure{code, std::move(message)};
  return outcome;
}

/// One sign a step: + ok, ! failed, . not reached.
std::string signs(const hosts::Host& host, const gateway::Outcome& outcome) {
  std::string out;
  for (const auto& step : test_steps(host, outcome))
    out += step.state == TestStep::State::ok ? '+' : step.state == TestStep::State::failed ? '!' : '.';
  return out;
}

TEST(TestSteps, AFailureMakesTheStepsBeforeItDone) {
  using enum base::ErrorCode;
  EXPECT_EQ(signs(web1(), failed(resolve_failed, "web1: connect: no such name")), "!.....");
  EXPECT_EQ(signs(web1(), failed(connect_failed, "web1: connect: refused")), "+!....");
  EXPECT_EQ(signs(web1(), failed(handshake_failed, "web1: host key: no match")), "++!...");
  EXPECT_EQ(signs(web1(), failed(host_key_changed, "web1: host key: changed")), "+++!..");
  EXPECT_EQ(signs(web1(), failed(auth_failed, "web1: log in: refused")), "++++!.");
  EXPECT_EQ(signs(web1(), failed(timed_out, "web1: shell probe: not done")), "+++++!");
}

TEST(TestSteps, SecretsAreLookedUpBeforeAnythingIsSent) {
  EXPECT_EQ(signs(web1(), failed(base::ErrorCode::invalid_config, "web1: log in: X is not set")), "....!.");
  EXPECT_EQ(signs(web1(), failed(base::ErrorCode::backing_off, "web1: connect: not tried")), ".!....");
}

TEST(TestSteps, WhatFailsAtAJumpHostIsTheWayAndNothingElse) {
  auto host = web1();
  host.jump = {"bastion"};
  EXPECT_EQ(signs(host, failed(base::ErrorCode::auth_failed, "bastion: log in: refused")), "!....");
  EXPECT_EQ(signs(host, failed(base::ErrorCode::auth_failed, "web1: log in: refused")), "+++!.");
  EXPECT_EQ(test_steps(host, {}).front().detail, "through bastion");
}

TEST(TestSteps, ADeviceHasNoShellToProve) {
  auto host = web1();
  host.shell = hosts::ShellKind::cli;
  gateway::Outcome outcome;
  outcome.state = gateway::State::connected;
  outcome.connection.emplace();
  outcome.connection->address = "192.0.2.10";
  EXPECT_EQ(signs(host, outcome), "+++++");
}

}  // namespace
}  // namespace mcpssh::cli
