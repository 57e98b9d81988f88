// Advice for a host: only what is not already so, as far as that can be seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/advice.hpp"

namespace mcpssh::cli::doctor {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

auto what(const std::string& text) {
  return Field(&Advice::what, HasSubstr(text));
}
auto how(const std::string& text) {
  return Field(&Advice::how, HasSubstr(text));
}

hosts::Host web1(const std::string& user = "deploy") {
  hosts::Host host;
  host.name = "web1";
  host.user = user;
  return host;
}

gateway::Outcome said(const std::string& out, int exit_code = 0) {
  gateway::Outcome outcome;
  outcome.state = gateway::State::exited;
  outcome.exit_code = exit_code;
  outcome.out.head = out;
  return outcome;
}

TEST(Advice, RootIsToldToBecomeSomebodyElseAndNobodyElseIs) {
  EXPECT_THAT(advice_for(web1("root"), {}), Contains(what("not root")));
  EXPECT_THAT(advice_for(web1(), {}), Not(Contains(what("not root"))));
  HostFacts facts;
  take_identity(said("0\n192.0.2.7 50000 192.0.2.1 22\nunconfined\n"), facts);
  EXPECT_THAT(advice_for(web1("toor"), facts), Contains(what("not root")));
}

TEST(Advice, TheKeysLineHoldsTheAddressTheHostSees) {
  HostFacts facts;
  take_identity(said("1000\n192.0.2.7 50000 192.0.2.1 22\n"), facts);
  EXPECT_THAT(advice_for(web1(), facts), Contains(how("restrict,pty,from=\"192.0.2.7\"")));
  facts.auth_method = "password";
  EXPECT_THAT(advice_for(web1(), facts), Not(Contains(what("authorized_keys"))));
}

TEST(Advice, AHostThatLiesOfAddressesPutsNothingIntoALineToCopy) {
  HostFacts facts;
  take_identity(said("1000\n*\",command=\"evil\n"), facts);
  EXPECT_EQ(facts.our_address, "");
  take_identity(said("not a number\n192.0.2.7 1\n"), facts);
  EXPECT_EQ(facts.our_address, "");
}

TEST(Advice, WhatIsAlreadySoIsNotSaid) {
  HostFacts facts;
  take_identity(said("1000\n\nsystem_u:system_r:user_t:s0\n"), facts);
  take_audit(said("812\n"), facts);
  const auto all = advice_for(web1(), facts);
  EXPECT_THAT(all, Not(Contains(what("nothing confines"))));
  EXPECT_THAT(all, Not(Contains(how("apt-get install auditd"))));
  take_audit(said("", 1), facts);
  EXPECT_THAT(advice_for(web1(), facts), Contains(how("apt-get install auditd")));
}

TEST(Advice, SudoIsSpokenOfWhereItIsUsedAndAllowsEverything) {
  auto host = web1();
  HostFacts facts;
  EXPECT_THAT(advice_for(host, facts), Not(Contains(what("sudoers"))));
  host.sudo.emplace();
  EXPECT_THAT(advice_for(host, facts), Contains(what("sudoers")));
  take_sudo_list(
      said("User deploy may run the following commands on web1:\n    (root) NOPASSWD: /usr/bin/id\n"), facts);
  EXPECT_EQ(facts.sudo_all, false);
  EXPECT_THAT(advice_for(host, facts), Not(Contains(what("sudoers"))));
  for (const char* rule :
       {"    (ALL : ALL) NOPASSWD: ALL\n", "    (ALL) ALL\n", "    (root) NOPASSWD: SETENV: ALL\n"}) {
    facts.sudo_all.reset();
    take_sudo_list(said(rule), facts);
    EXPECT_EQ(facts.sudo_all, true) << rule;
  }
}

TEST(Advice, TunnelsThatAreAllowedStayPossible) {
  auto host = web1();
  host.tunnel_dynamic = true;
  EXPECT_THAT(advice_for(host, {}), Contains(how("restrict,pty,port-forwarding")));
  EXPECT_THAT(advice_for(host, {}), Not(Contains(how("AllowTcpForwarding no"))));
  EXPECT_THAT(advice_for(web1(), {}), Contains(how("AllowTcpForwarding no")));
}

TEST(Advice, AReadOnlyHostIsOfferedTheKernelsWord) {
  auto host = web1();
  EXPECT_THAT(advice_for(host, {}), Not(Contains(how("--ro-bind / /"))));
  host.mode = hosts::Mode::readonly;
  EXPECT_THAT(advice_for(host, {}), Contains(how("--ro-bind / /")));
  EXPECT_THAT(advice_for(host, {}), Contains(how("--tmpfs /run")))
      << "a socket takes orders on any file system";
}

TEST(Advice, ALoginsNameIsOneWordOfACommand) {
  const auto all = advice_for(web1("a; reboot"), {});
  EXPECT_THAT(all, Contains(how("$(id -u 'a; reboot')")));
  EXPECT_THAT(all, Contains(how("-s user_u 'a; reboot'")));
  EXPECT_THAT(all, Contains(how("-n 'a; reboot' -V")));
}

TEST(Advice, DevicesHaveTheirOwn) {
  auto device = web1();
  device.shell = hosts::ShellKind::cli;
  EXPECT_THAT(advice_for(device, {}), Contains(what("TACACS+")));
  device.platform = "juniper_junos";
  EXPECT_THAT(advice_for(device, {}), Contains(how("set system login class")));
  device.platform = "cisco_ios";
  EXPECT_THAT(advice_for(device, {}), Contains(how("parser view")));
  EXPECT_THAT(advice_for(device, {}), Not(Contains(what("authorized_keys"))));
}

}  // namespace
}  // namespace mcpssh::cli::doctor
