#include <gtest/gtest.h>

#include "support.hpp"

/// Lines typed one after the other into the command line of a network device.
namespace mcpssh::guard::test {
namespace {

class Device {
 public:
  explicit Device(std::string platform) : platform_(std::move(platform)) {}

  /// Types one line and keeps the state, as the gateway does for a line that was sent. Gives the rule, or
  /// "-".
  std::string type(std::string line) {
    Judgement judgement = judge(Line{std::move(line), Dialect::cli, platform_}, state_, {});
    state_ = std::move(judgement.state);
    decision_ = judgement.verdict.decision;
    return first_rule(judgement.verdict);
  }
  [[nodiscard]] Decision decision() const { return decision_; }
  [[nodiscard]] const CliState& state() const { return state_.device; }

 private:
  std::string platform_;
  SessionState state_;
  Decision decision_ = Decision::allow;
};

TEST(NetworkSession, AShortenedWordMeansWhatItMeansInThatMode) {
  Device device("cisco_ios");
  EXPECT_EQ(device.type("sh ip route"), "-");
  EXPECT_EQ(device.type("conf t"), "-");
  EXPECT_EQ(device.state().mode, CliState::Mode::configuration);
  EXPECT_EQ(device.type("int gi0/1"), "-");
  EXPECT_EQ(device.type("sh"), "device.outage");
  EXPECT_EQ(device.type("do sh ip route"), "-");
  EXPECT_EQ(device.type("do wr er"), "device.write-erase");
  EXPECT_EQ(device.type("end"), "-");
  EXPECT_EQ(device.state().mode, CliState::Mode::command);
  EXPECT_EQ(device.type("sh"), "-");
}

TEST(NetworkSession, TheInterfaceTheDeviceIsManagedThroughIsRemembered) {
  Device device("cisco_nxos");
  device.type("configure terminal");
  EXPECT_EQ(device.type("interface mgmt0"), "-");
  EXPECT_EQ(device.type("ip address 10.0.0.9/24"), "device.outage");
  EXPECT_EQ(device.type("interface Ethernet1/4"), "-");
  EXPECT_EQ(device.type("ip address 10.0.0.9/24"), "-");
}

TEST(NetworkSession, ABannerIsTextUntilItsDelimiter) {
  Device device("cisco_ios");
  device.type("configure terminal");
  EXPECT_EQ(device.type("banner motd ^"), "-");
  EXPECT_EQ(device.type("reload at night"), "-");
  EXPECT_EQ(device.type("^"), "-");
  EXPECT_EQ(device.type("reload"), "power.reboot");
}

TEST(NetworkSession, ABannerOfOneLineHidesNothingBehindIt) {
  Device device("cisco_asa");
  EXPECT_EQ(device.type("banner motd ^"), "-");
  EXPECT_EQ(device.type("write erase"), "device.write-erase");
  Device letters("cisco_ios");
  EXPECT_EQ(letters.type("banner motd welcome"), "-");
  EXPECT_EQ(letters.type("write erase"), "device.write-erase") << "no delimiter was meant";
}

TEST(NetworkSession, TheEditPathBelongsToTheStatement) {
  Device device("juniper_junos");
  EXPECT_EQ(device.type("configure"), "-");
  EXPECT_EQ(device.type("edit system login"), "-");
  EXPECT_EQ(device.type("set user eve class super-user"), "device.user");
  EXPECT_EQ(device.type("top"), "-");
  EXPECT_EQ(device.type("set system host-name r1"), "-");
  EXPECT_EQ(device.type("top set system login user eve"), "device.user");
  EXPECT_EQ(device.type("run request system reboot"), "power.reboot");
}

TEST(NetworkSession, TheConfigTreeOfAFortigateIsFollowed) {
  Device device("fortinet");
  EXPECT_EQ(device.type("config system admin"), "-");
  EXPECT_EQ(device.type("edit eve"), "device.user");
  EXPECT_EQ(device.type("end"), "-");
  EXPECT_EQ(device.type("config firewall address"), "-");
  EXPECT_EQ(device.type("edit web"), "-");
  EXPECT_EQ(device.type("set comment \"line one"), "-");
  EXPECT_FALSE(device.state().open.empty());
  EXPECT_EQ(device.type("purge\""), "-") << "still inside the quote";
  EXPECT_EQ(device.type("purge"), "device.remove");
}

TEST(NetworkSession, AMenuOfRouterosIsRememberedAndAnOpenBraceGoesOn) {
  Device device("mikrotik_routeros");
  EXPECT_EQ(device.type("/system"), "-");
  EXPECT_EQ(device.type("reboot"), "power.reboot");
  EXPECT_EQ(device.type("/ip address"), "-");
  EXPECT_EQ(device.type("print"), "-");
  EXPECT_EQ(device.type("remove 0"), "device.remove");
  EXPECT_EQ(device.type("/"), "-");
  EXPECT_EQ(device.type(":if (true) do={"), "-");
  EXPECT_FALSE(device.state().open.empty());
  EXPECT_EQ(device.type("/system reset-configuration }"), "device.factory-reset");
}

TEST(NetworkSession, AHuaweiKnowsItsSystemView) {
  Device device("huawei");
  EXPECT_EQ(device.type("sys"), "-");
  EXPECT_EQ(device.type("interface GE0/0/1"), "-");
  EXPECT_EQ(device.type("undo shutdown"), "-");
  EXPECT_EQ(device.type("shutdown"), "device.outage");
  EXPECT_EQ(device.type("return"), "-");
  EXPECT_EQ(device.state().mode, CliState::Mode::command);
}

TEST(NetworkCost, LongTextsAreReadInLinearTime) {
  for (const char* platform : {"cisco_ios", "juniper_junos", "mikrotik_routeros", "fortinet", "vyos", ""})
    for (const std::string part :
         {"[", "{", "(", "\"$[", "set a ", "do ", "a|", "a;", "\\", "interface x\n", "** ", "x=\""}) {
      std::string text;
      while (text.size() + part.size() < 60'000) text += part;
      const Verdict verdict = judge(Command{text, Dialect::cli, {}, platform}, {}, {}).verdict;
      EXPECT_LE(verdict.findings.size(), 64u) << platform << part;
    }
}

TEST(NetworkRefusals, NameTheWayThatUndoesItself) {
  const auto reason = [](const char* platform, const char* line) {
    return verdict_of(line, {}, Dialect::cli, platform).findings.at(0).reason;
  };
  EXPECT_NE(reason("juniper_junos", "delete protocols bgp").find("commit confirmed"), std::string::npos);
  EXPECT_NE(reason("cisco_ios", "interface vlan1\nshutdown").find("reload in"), std::string::npos);
  EXPECT_NE(reason("mikrotik_routeros", "/interface disable ether1").find("Safe Mode"), std::string::npos);
}

}  // namespace
}  // namespace mcpssh::guard::test
