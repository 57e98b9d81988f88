// What doctor says of a host from what a log-in and commands there came to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/doctor/login_checks.hpp"

namespace mcpssh::cli::doctor {
namespace {

using State = Finding::State;
using testing::HasSubstr;

hosts::Host web1() {
  hosts::Host host;
  host.name = "web1";
  host.user = "ann";
  return host;
}

gateway::Outcome ended(gateway::State state, std::string out = {}, int exit_code = 0) {
  gateway::Outcome outcome;
  outcome.host = "web1";
  outcome.state = state;
  outcome.exit_code = exit_code;
  outcome.out.head = std::move(out);
  return outcome;
}

base::WallTime at(double seconds) {
  return base::WallTime(
      std::chrono::duration_cast<base::WallTime::duration>(std::chrono::duration<double>(seconds)));
}

Finding clock_of(const std::string& out, double sent, double answered) {
  return clock_finding(ended(gateway::State::exited, out), at(sent), at(answered));
}

TEST(ClockOfAHost, IsRightWithinWhatTheRoundTripLeavesOpen) {
  EXPECT_EQ(clock_of("1000\n", 1000.2, 1000.4).state, State::ok);
  EXPECT_EQ(clock_of("1000\n", 1000.9, 1001.3).detail, "as here, to 0.7 s");
  EXPECT_EQ(clock_of("1000\n", 980, 1010).state, State::ok) << "a slow answer accuses nobody";
}

TEST(ClockOfAHost, AheadOrBehindIsToldWithHowMuch) {
  EXPECT_EQ(clock_of("1300\n", 1000.2, 1000.4).state, State::warn);
  EXPECT_EQ(clock_of("1300\n", 1000.2, 1000.4).detail, "5 min ahead of this machine's");
  EXPECT_EQ(clock_of("1000\n", 1010.2, 1010.4).detail, "9.8 s behind this machine's");
  EXPECT_EQ(clock_of("0\n", 1700000000, 1700000000).detail, "19676 days behind this machine's");
  EXPECT_EQ(clock_of("1000\n", 1003.2, 1003.4).state, State::ok) << "a few seconds matter to nobody";
}

TEST(ClockOfAHost, WhatIsNoNumberSaysNothing) {
  for (const char* out : {"", "yesterday\n", "1000 s", "99999999999999999999", "%s\n"})
    EXPECT_EQ(clock_of(out, 1000, 1000).state, State::skipped) << out;
}

TEST(ARefusalByPolicy, IsNoFaultOfTheHost) {
  auto refused = ended(gateway::State::refused);
  refused.error = gateway::Failure{base::ErrorCode::refused, "web1: blocked: sudo asks. Next: approve it"};
  const auto finding = sudo_finding(web1(), refused);
  EXPECT_EQ(finding.state, State::skipped);
  EXPECT_THAT(finding.detail, HasSubstr("blocked: sudo asks"));
  EXPECT_EQ(sftp_finding(ended(gateway::State::cancelled)).state, State::skipped);
}

TEST(Sudo, ThatFailsIsAFailureWithItsWords) {
  auto failed = ended(gateway::State::never_started);
  failed.error =
      gateway::Failure{base::ErrorCode::channel_failed, "web1: sudo wants a password. Next: set one"};
  EXPECT_THAT(sudo_finding(web1(), failed).cause, testing::StartsWith("sudo wants a password ["));
  EXPECT_EQ(sudo_finding(web1(), failed).fix, "set one");
  EXPECT_EQ(sudo_finding(web1(), failed).state, State::fail);
  EXPECT_EQ(sudo_finding(web1(), ended(gateway::State::exited)).state, State::ok);
}

TEST(AFix, IsLeftWithoutTheCodeThatEndsAMessage) {
  auto failed = ended(gateway::State::never_started);
  const auto error =
      base::Error(base::ErrorCode::host_key_unknown, "no key", "run `x`").at_host("web1").at_step("host key");
  failed.error = gateway::failure_of(error);
  const auto findings = login_findings(web1(), failed);
  const auto finding = std::ranges::find(findings, "host key", &Finding::check);
  ASSERT_NE(finding, findings.end());
  EXPECT_EQ(finding->cause, "no key");
  EXPECT_EQ(finding->fix, "run `x`");
  EXPECT_EQ(finding->detail, base::to_string(error.fault())) << "where troubleshooting.md has its entry";
}

TEST(Sftp, ThatIsNotThereIsAWarningWithTheLineForSshd) {
  auto none = ended(gateway::State::never_started);
  none.error = gateway::Failure{base::ErrorCode::channel_failed, "web1: the host refuses the subsystem sftp"};
  EXPECT_EQ(sftp_finding(none).state, State::warn);
  EXPECT_THAT(sftp_finding(none).fix, HasSubstr("Subsystem sftp internal-sftp"));
}

TEST(WhatAConnectionSaid, CountsMoreThanWhatWasSeenBefore) {
  const Findings network{ok("TCP", ""), fail("key exchange", "none in common", "", "")};
  const auto both = joined(network, {ok("key exchange", "curve25519"), ok("log in", "")});
  ASSERT_EQ(both.size(), 3U);
  EXPECT_EQ(both[1].detail, "curve25519");
  const auto silent =
      joined({ok("key exchange", "curve25519")}, {ok("key exchange", ""), fail("host key", "", "", "")});
  ASSERT_EQ(silent.size(), 2U);
  EXPECT_EQ(silent[0].detail, "curve25519") << "a step that was passed says nothing of itself";
  const auto cut =
      joined({ok("key exchange", "curve25519")}, {fail("key exchange", "handshake_failed", "", "")});
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0].state, State::fail);
  const auto worse =
      joined(network, {fail("key exchange", "handshake_failed", "", ""), skipped("log in", "")});
  ASSERT_EQ(worse.size(), 3U);
  EXPECT_EQ(worse[1].detail, "none in common") << "which says more";
}

TEST(AWeakAgreement, IsAWarningThatSaysHowToEndIt) {
  auto connected = ended(gateway::State::connected);
  gateway::ConnectionNote note;
  note.weak_algorithms = "ssh-rsa, aes128-cbc";
  note.login_shell = "/bin/sh";
  connected.connection = note;
  const auto findings = login_findings(web1(), connected);
  ASSERT_EQ(findings.front().check, "key exchange");
  EXPECT_EQ(findings.front().state, State::warn);
  EXPECT_THAT(findings.front().cause, HasSubstr("ssh-rsa, aes128-cbc"));
  EXPECT_THAT(findings.front().fix, HasSubstr("--unset algorithms"));
}

TEST(AShellThatProvedNothing, IsAWarning) {
  auto connected = ended(gateway::State::connected);
  connected.connection = gateway::ConnectionNote();
  EXPECT_EQ(login_findings(web1(), connected).back().state, State::warn);
}

}  // namespace
}  // namespace mcpssh::cli::doctor
