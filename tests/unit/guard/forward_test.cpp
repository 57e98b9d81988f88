// Where tunnels may lead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guard/judge.hpp"

namespace mcpssh::guard {
namespace {

Policy with_targets() {
  Policy policy;
  policy.forward_targets = {{"db", 5432}, {"10.0.0.1", 0}, {"::1", 80}};
  return policy;
}

Verdict verdict(const Forward& forward, const Policy& policy) {
  return judge(forward, SessionState(), policy).verdict;
}

Forward to(std::string host, int port) {
  Forward forward;
  forward.host = std::move(host);
  forward.port = port;
  return forward;
}

TEST(Forwards, LeadOnlyToWhatIsListed) {
  const Policy policy = with_targets();
  for (const auto& target :
       {to("db", 5432), to("DB", 5432), to("10.0.0.1", 1), to("10.0.0.1", 65535), to("::1", 80)})
    EXPECT_EQ(verdict(target, policy).decision, Decision::allow) << target.host;
  for (const auto& target :
       {to("db", 5433), to("db2", 5432), to("db.", 5432), to("10.0.0.10", 1), to("::1", 81), to("", 0)}) {
    const Verdict found = verdict(target, policy);
    EXPECT_EQ(found.decision, Decision::deny) << target.host;
    EXPECT_EQ(found.findings.at(0).rule, "tunnel.unlisted");
  }
  EXPECT_EQ(verdict(to("db", 5432), Policy()).decision, Decision::deny) << "off until something is listed";
}

TEST(Forwards, ToMetadataServicesOnlyWhenListedLiterally) {
  Policy policy = with_targets();
  for (const char* host :
       {"169.254.169.254", "169.254.170.2", "fe80::1", "metadata.google.internal", "fd00:ec2::254"})
    EXPECT_THAT(verdict(to(host, 80), policy).findings.at(0).reason, testing::HasSubstr("credentials"))
        << host;
  policy.forward_targets.push_back({"169.254.169.254", 80});
  EXPECT_EQ(verdict(to("169.254.169.254", 80), policy).decision, Decision::allow);
}

TEST(Forwards, WhatReachesFurtherIsOffAndThenAHumansToOpen) {
  Policy policy = with_targets();
  Forward dynamic;
  dynamic.kind = Forward::Kind::dynamic;
  Forward remote = to("db", 5432);
  remote.kind = Forward::Kind::remote;
  Forward wide = to("db", 5432);
  wide.beyond_loopback = true;
  for (const auto& forward : {dynamic, remote, wide}) {
    EXPECT_EQ(verdict(forward, policy).decision, Decision::deny);
    EXPECT_EQ(verdict(forward, policy).findings.at(0).rule, "tunnel.off");
  }
  policy.forward_dynamic = policy.forward_remote = true;
  policy.forward_back_targets = {{"db", 5432}};
  for (const auto& forward : {dynamic, remote, wide}) {
    EXPECT_EQ(verdict(forward, policy).decision, Decision::ask);
    EXPECT_TRUE(verdict(forward, policy).human_only);
  }
  wide.host = "elsewhere";
  EXPECT_EQ(verdict(wide, policy).decision, Decision::deny) << "the strictest finding decides";
}

TEST(Forwards, WhatIsListedOnOneSideOpensNothingOnTheOther) {
  Policy policy = with_targets();
  policy.forward_back_targets = {{"127.0.0.1", 3000}};
  Forward back = to("db", 5432);
  back.kind = Forward::Kind::remote;
  EXPECT_EQ(verdict(back, policy).decision, Decision::deny);
  EXPECT_THAT(verdict(back, policy).findings.at(0).reason, testing::HasSubstr("tunnel_remote_targets"));
  EXPECT_EQ(verdict(to("127.0.0.1", 3000), policy).decision, Decision::deny);
  back = to("127.0.0.1", 3000);
  back.kind = Forward::Kind::remote;
  back.listen_port = 8080;
  EXPECT_EQ(verdict(back, policy).decision, Decision::ask);
  EXPECT_EQ(verdict(back, policy).canonical, "tunnel from port 8080 of the host back to 127.0.0.1:3000");
  policy.forward_remote = true;
  EXPECT_EQ(verdict(to("127.0.0.1", 3000), policy).decision, Decision::deny);
}

TEST(Forwards, NeitherUnlockNorFullModeOpensThem) {
  Policy policy = with_targets();
  policy.mode = Mode::full;
  policy.unlock = {"tunnel.unlisted", "tunnel.off"};
  EXPECT_EQ(verdict(to("db2", 1), policy).decision, Decision::deny);
}

}  // namespace
}  // namespace mcpssh::guard
