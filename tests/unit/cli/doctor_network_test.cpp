// What doctor says of a host from what was seen before a log-in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/network_checks.hpp"
#include "cli/doctor/words.hpp"

namespace mcpssh::cli::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

hosts::Host web1() {
  hosts::Host host;
  host.name = "web1";
  host.address = "web1.example";
  host.user = "ann";
  host.auth.methods = {hosts::AuthMethod::password};
  return host;
}

std::vector<gateway::AgreementNote> modern() {
  return {{"key exchange", "kex", {"curve25519-sha256"}, {"curve25519-sha256"}, "curve25519-sha256", {}},
          {"host key", "host_keys", {"ssh-ed25519"}, {"ssh-ed25519"}, "ssh-ed25519", {}},
          {"cipher",
           "ciphers",
           {"aes256-gcm@openssh.com"},
           {"aes256-gcm@openssh.com"},
           "aes256-gcm@openssh.com",
           {}},
          {"MAC", "macs", {}, {}, "aead-aes256-gcm@openssh.com", {}}};
}

std::vector<gateway::AgreementNote> old() {
  auto notes = modern();
  notes[0] = {"key exchange",
              "kex",
              {"curve25519-sha256"},
              {"diffie-hellman-group14-sha1"},
              "",
              {"diffie-hellman-group14-sha1"}};
  notes[1] = {"host key", "host_keys", {"ssh-ed25519"}, {"ssh-rsa"}, "", {"ssh-rsa"}};
  return notes;
}

gateway::Outcome diagnosed(gateway::Diagnosis diagnosis) {
  gateway::Outcome outcome;
  outcome.host = "web1";
  outcome.state = gateway::State::diagnosed;
  outcome.diagnosis = std::move(diagnosis);
  return outcome;
}

gateway::Diagnosis reached() {
  gateway::Diagnosis found;
  found.addresses = {{"[2001:db8::1]:22", "", std::chrono::milliseconds(2)},
                     {"192.0.2.1:22", "", std::chrono::milliseconds(1)}};
  found.server_version = "SSH-2.0-OpenSSH_9.2p1";
  found.agreements = modern();
  return found;
}

std::vector<std::string> states(const Findings& findings) {
  std::vector<std::string> all;
  for (const auto& each : findings) all.push_back(each.check + " " + std::string(to_string(each.state)));
  return all;
}

TEST(Network, AllIsWellWhereAllAddressesAnswer) {
  const auto findings = network_findings(web1(), diagnosed(reached()));
  EXPECT_THAT(states(findings),
              ElementsAre("DNS ok", "TCP ok", "TCP ok", "greeting ok", "key exchange ok", "Terrapin ok"));
  EXPECT_EQ(findings[0].detail, "web1.example is [2001:db8::1], 192.0.2.1");
}

TEST(Network, OneDeadAddressOfTwoIsAWarningAllAreAFailure) {
  auto found = reached();
  found.addresses[0].failure = "connection refused by [2001:db8::1]:22";
  EXPECT_THAT(states(network_findings(web1(), diagnosed(found))), testing::Contains("TCP warn"));
  found.addresses[1].failure = "no answer";
  found.server_version.clear();
  found.agreements.clear();
  EXPECT_THAT(states(network_findings(web1(), diagnosed(found))),
              ElementsAre("DNS ok", "TCP fail", "TCP fail"));
  EXPECT_FALSE(worth_a_log_in(diagnosed(found)));
}

TEST(Network, ADisagreementShowsBothListsAndTheCommandThatEndsIt) {
  auto found = reached();
  found.agreements = old();
  const auto findings = network_findings(web1(), diagnosed(found));
  const auto& exchange = findings.back();
  EXPECT_EQ(exchange.state, Finding::State::fail);
  EXPECT_EQ(exchange.detail, "no key exchange, no host key algorithm in common");
  EXPECT_EQ(exchange.cause,
            "key exchange: the host offers diffie-hellman-group14-sha1\n"
            "key exchange: this program offers curve25519-sha256\n"
            "host key: the host offers ssh-rsa\n"
            "host key: this program offers ssh-ed25519");
  EXPECT_THAT(exchange.fix, HasSubstr("mcp-ssh hosts edit 'web1' --set 'algorithms={kex: "
                                      "[diffie-hellman-group14-sha1], host_keys: [ssh-rsa]}'\n"));
  EXPECT_THAT(exchange.fix, HasSubstr("\n# only if you know that this host is that old"))
      << "nobody proved it";
}

TEST(Network, AKeyOfOursMayHaveToSignTheOldWayToo) {
  auto host = web1();
  host.auth.methods = {hosts::AuthMethod::key};
  EXPECT_THAT(opening_command(host, old()), HasSubstr("user_keys: [ssh-rsa]"));
}

TEST(Network, WhatTheConfigurationAddsAlreadyStays) {
  auto host = web1();
  host.algorithms.ciphers = {"aes128-cbc"};
  EXPECT_THAT(opening_command(host, old()),
              HasSubstr("{kex: [diffie-hellman-group14-sha1], ciphers: [aes128-cbc], host_keys"));
}

TEST(Network, NothingIsPromisedThatNothingWouldOpen) {
  auto notes = old();
  notes[1].could_add.clear();
  EXPECT_EQ(opening_command(web1(), notes), "");
  EXPECT_EQ(opening_command(web1(), modern()), "");
}

TEST(Terrapin, CutsOnlyWhatItCanAndWhereItIsNotCountered) {
  EXPECT_EQ(open_to_terrapin("chacha20-poly1305@openssh.com", "", false), "chacha20-poly1305@openssh.com");
  EXPECT_EQ(open_to_terrapin("aes128-cbc", "hmac-sha1-etm@openssh.com", false),
            "aes128-cbc with hmac-sha1-etm@openssh.com");
  EXPECT_EQ(open_to_terrapin("chacha20-poly1305@openssh.com", "", true), "");
  EXPECT_EQ(open_to_terrapin("aes128-cbc", "hmac-sha1", false), "");
  EXPECT_EQ(open_to_terrapin("aes256-gcm@openssh.com", "aead-gcm", false), "");
  EXPECT_EQ(open_to_terrapin("aes256-ctr", "hmac-sha2-256-etm@openssh.com", false), "");
}

TEST(Network, AnErrorIsTakenApartIntoCauseAndFix) {
  gateway::Outcome outcome;
  outcome.host = "web1";
  outcome.error =
      gateway::Failure{base::ErrorCode::resolve_failed,
                       "web1: resolve: cannot resolve web1.example: no such name. Next: check DNS"};
  const auto findings = network_findings(web1(), outcome);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].check, "DNS");
  EXPECT_THAT(findings[0].cause, testing::StartsWith("resolve: cannot resolve web1.example: no such name ["));
  EXPECT_EQ(findings[0].fix, "check DNS");
}

TEST(Network, AHostThatWritesAFixOfItsOwnIsNotQuotedAsOurs) {
  gateway::Outcome outcome;
  outcome.host = "web1";
  outcome.error = gateway::failure_of(
      base::Error(base::ErrorCode::connection_lost, "the connection ended: x. Next: rm -rf ~")
          .at_host("web1"));
  EXPECT_EQ(said_of(outcome).fix, "");
  EXPECT_THAT(said_of(outcome).cause, testing::StartsWith("the connection ended: x; next: rm -rf ~ ["));
}

TEST(Network, ThatMayNotBeLookedAtIsNoFault) {
  gateway::Outcome frozen;
  frozen.host = "web1";
  frozen.state = gateway::State::refused;
  frozen.error = gateway::Failure{base::ErrorCode::refused, "web1: frozen by ann. Next: ask them"};
  EXPECT_THAT(states(network_findings(web1(), frozen)), ElementsAre("network skipped"));
  gateway::Outcome cancelled;
  cancelled.state = gateway::State::cancelled;
  EXPECT_THAT(states(network_findings(web1(), cancelled)), ElementsAre("network skipped"));
}

}  // namespace
}  // namespace mcpssh::cli::doctor
