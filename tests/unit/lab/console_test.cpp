#include "lab/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::lab {
namespace {
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Somebody at a console of a fresh switch.
struct Desk {
  explicit Desk(unsigned rows = 24) : console(device, rows) { greeting = console.log_in(); }
  std::string type(std::string_view keys) { return console.type(keys); }
  /// Without the echo.
  std::string enter(const std::string& line) {
    const std::string answer = type(line + "\r");
    EXPECT_THAT(answer, StartsWith(line + "\r\n"));
    return answer.substr(std::min(answer.size(), line.size() + 2));
  }
  Desk& privileged() {
    type("enable\rlab\r");
    return *this;
  }
  Desk& unpaged() {
    privileged().type("terminal length 0\r");
    return *this;
  }

  std::shared_ptr<Switch> device = std::make_shared<Switch>(
      base::Clock{.wall = [] { return base::WallTime(std::chrono::milliseconds(90'061'005)); }});
  Console console;
  std::string greeting;
};

TEST(Console, GreetsAndPromptsInUserMode) {
  Desk desk;
  EXPECT_THAT(desk.greeting, AllOf(HasSubstr("simulated switch"), EndsWith("\r\nswitch1>")));
}

TEST(Console, EnableAsksForTheSecretAndDoesNotEchoIt) {
  Desk desk;
  EXPECT_EQ(desk.enter("enable"), "Password: ");
  EXPECT_EQ(desk.type("lab\r"), "\r\nswitch1#");
  EXPECT_EQ(desk.enter("enable"), "switch1#");
  EXPECT_EQ(desk.enter("disable"), "switch1>");
}

TEST(Console, ThreeWrongSecretsEndInUserMode) {
  Desk desk;
  desk.enter("enable");
  EXPECT_EQ(desk.type("bad\r"), "\r\nPassword: ");
  EXPECT_EQ(desk.type("bad\r"), "\r\nPassword: ");
  EXPECT_EQ(desk.type("bad\r"), "\r\n% Bad secrets\r\n\r\nswitch1>");
}

TEST(Console, ModesShowInThePrompt) {
  Desk desk;
  desk.privileged();
  EXPECT_THAT(desk.enter("configure terminal"),
              AllOf(StartsWith("Enter configuration commands"), EndsWith("switch1(config)#")));
  EXPECT_EQ(desk.enter("interface GigabitEthernet1/0/3"), "switch1(config-if)#");
  EXPECT_EQ(desk.enter("exit"), "switch1(config)#");
  EXPECT_EQ(desk.enter("int vlan 1"), "switch1(config-if)#");
  EXPECT_EQ(desk.enter("end"), "switch1#");
}

TEST(Console, AHostnameChangesThePromptAtOnceAndForEveryConsole) {
  Desk desk;
  desk.privileged().enter("conf t");
  EXPECT_EQ(desk.enter("hostname core-2"), "core-2(config)#");
  Console other(desk.device, 24);
  EXPECT_THAT(other.log_in(), EndsWith("core-2>"));
}

TEST(Console, WordsMayBeShortenedWhileTheyAreClear) {
  Desk desk;
  EXPECT_THAT(desk.enter("sh ver"), HasSubstr("15.2(7)E9"));
  desk.unpaged();
  EXPECT_THAT(desk.enter("SH RUN"), HasSubstr("Building configuration..."));
  EXPECT_THAT(desk.enter("sh ip int br"), HasSubstr("GigabitEthernet1/0/24"));
  EXPECT_THAT(desk.enter("conf t"), EndsWith("(config)#"));
}

TEST(Console, ComplaintsPointAtTheFault) {
  Desk desk;
  EXPECT_EQ(desk.enter("show nonsense"),
            "             ^\r\n% Invalid input detected at '^' marker.\r\n\r\nswitch1>");
  EXPECT_EQ(desk.enter("show version now"),
            "                     ^\r\n% Invalid input detected at '^' marker.\r\n\r\nswitch1>");
  EXPECT_EQ(desk.enter("terminal length x"),
            "                        ^\r\n% Invalid input detected at '^' marker.\r\n\r\nswitch1>");
  EXPECT_EQ(desk.enter("show ip"), "% Incomplete command.\r\n\r\nswitch1>");
  EXPECT_EQ(desk.enter("show v"), "% Ambiguous command:  \"show v\"\r\nswitch1>");
}

TEST(Console, PrivilegedCommandsDoNotExistInUserMode) {
  Desk desk;
  for (const char* command : {"configure terminal", "reload", "write", "show running-config"})
    EXPECT_THAT(desk.enter(command), HasSubstr("% Invalid input")) << command;
}

TEST(Console, LongOutputStopsAtThePager) {
  Desk desk;
  desk.privileged();
  const std::string first = desk.enter("show running-config");
  EXPECT_THAT(first, EndsWith("\r\n --More-- "));
  EXPECT_EQ(std::ranges::count(first, '\n'), 23);
  const std::string erase = std::string(10, '\b') + std::string(10, ' ') + std::string(10, '\b');
  const std::string one = desk.type("\r");
  EXPECT_THAT(one, AllOf(StartsWith(erase), EndsWith(" --More-- ")));
  EXPECT_EQ(std::ranges::count(one, '\n'), 1);
  EXPECT_EQ(std::ranges::count(desk.type(" "), '\n'), 23);
  EXPECT_EQ(desk.type("q"), erase + "switch1#");
}

TEST(Console, SpacesBringTheWholeConfiguration) {
  Desk paged, whole;
  std::string text = paged.privileged().enter("show running-config");
  while (text.ends_with(" --More-- ")) text += paged.type(" ");
  const std::string erased =
      " --More-- " + std::string(10, '\b') + std::string(10, ' ') + std::string(10, '\b');
  for (std::size_t at = 0; (at = text.find(erased)) != std::string::npos;) text.erase(at, erased.size());
  EXPECT_EQ(text, whole.unpaged().enter("show running-config"));
}

TEST(Console, NoPagerWithLengthZeroOrATallTerminal) {
  Desk desk, tall(1000);
  EXPECT_THAT(desk.unpaged().enter("show running-config"),
              AllOf(Not(HasSubstr("More")), EndsWith("end\r\nswitch1#")));
  EXPECT_THAT(tall.privileged().enter("show running-config"), EndsWith("end\r\nswitch1#"));
  Desk resized;
  resized.console.resize(1000);
  EXPECT_THAT(resized.privileged().enter("show running-config"), EndsWith("end\r\nswitch1#"));
}

TEST(Console, TheConfigurationHoldsTextThatLooksLikeThePrompt) {
  Desk desk;
  EXPECT_THAT(desk.unpaged().enter("show running-config"),
              HasSubstr("\r\n description uplink to switch1# do not touch\r\n"));
}

TEST(Console, PipesFilterLines) {
  Desk desk;
  desk.unpaged();
  EXPECT_EQ(desk.enter("show run | include hostname"), "hostname switch1\r\nswitch1#");
  EXPECT_THAT(desk.enter("show ip int brief | exclude Gigabit"),
              AllOf(HasSubstr("Vlan1"), Not(HasSubstr("Giga"))));
  EXPECT_THAT(desk.enter("show run | begin line vty"), StartsWith("line vty 0 4\r\n"));
  EXPECT_THAT(desk.enter("show run | frobnicate"), HasSubstr("% Invalid input"));
}

TEST(Console, PortsAreConfiguredAndShown) {
  Desk desk;
  desk.unpaged().type("conf t\rint gi1/0/3\rdescription  to the roof \rshutdown\r");
  EXPECT_THAT(desk.enter("do show run"),
              AllOf(HasSubstr(" description to the roof\r\n"), EndsWith("(config-if)#")));
  EXPECT_THAT(desk.enter("do show interfaces status"), HasSubstr("Gi1/0/3   to the roof        disabled"));
  desk.type("no shutdown\rno description\r");
  EXPECT_THAT(desk.enter("do show run"), Not(HasSubstr("to the roof")));
  EXPECT_THAT(desk.enter("interface Gi9/9/9"), HasSubstr("% Invalid input"));
}

TEST(Console, SavingErasingAndReloading) {
  Desk desk;
  desk.unpaged().type("conf t\rhostname core-2\rend\r");
  EXPECT_EQ(desk.enter("write memory"), "Building configuration...\r\n[OK]\r\ncore-2#");
  const std::string question =
      "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]";
  EXPECT_EQ(desk.enter("write erase"), question);
  EXPECT_EQ(desk.type("n"), "n\r\ncore-2#");
  EXPECT_TRUE(desk.device->saved().has_value());
  desk.enter("write erase");
  EXPECT_EQ(desk.type("\r"), "\r\n[OK]\r\nErase of nvram: complete\r\ncore-2#");
  EXPECT_FALSE(desk.device->saved().has_value());
  EXPECT_EQ(desk.enter("reload"), "Proceed with reload? [confirm]");
  EXPECT_FALSE(desk.console.finished());
  desk.type("y");
  EXPECT_TRUE(desk.console.finished());
  EXPECT_EQ(desk.device->running().hostname, "switch1");
}

TEST(Console, AQuestionThatWantsALine) {
  Desk desk;
  desk.privileged();
  EXPECT_EQ(desk.enter("copy run start"), "Destination filename [startup-config]? ");
  EXPECT_EQ(desk.type("\r"), "\r\nBuilding configuration...\r\n[OK]\r\nswitch1#");
  desk.enter("copy run start");
  EXPECT_THAT(desk.type("other\r"), StartsWith("other\r\n%Error"));
}

TEST(Console, CtrlCLeavesLinesQuestionsAndConfiguration) {
  Desk desk;
  desk.privileged();
  EXPECT_EQ(desk.type("sho\x03"), "sho\r\nswitch1#");
  desk.enter("reload");
  EXPECT_EQ(desk.type("\x03"), "\r\nswitch1#");
  desk.enter("conf t");
  EXPECT_EQ(desk.type("hostname x\x03"), "hostname x\r\nswitch1#");
  desk.enter("show run");
  EXPECT_THAT(desk.type("\x03"), EndsWith("switch1#"));
}

TEST(Console, LineEditing) {
  Desk desk;
  EXPECT_EQ(desk.type("sx\b"), "sx\b \b");
  EXPECT_EQ(desk.type("how clok\x7f"), "how clok\b \b");
  EXPECT_THAT(desk.type("ck\r"), HasSubstr("*01:01:01.005 UTC Fri Jan 2 1970"));
  EXPECT_EQ(desk.type("abc\x15"), "abc\b \b\b \b\b \b");
  EXPECT_EQ(desk.type("\b"), "");
  EXPECT_EQ(desk.type("show abc\x17"), "show abc\b \b\b \b\b \b");
  EXPECT_THAT(desk.type("clo\t"), EndsWith("\r\nswitch1>show clock "));
  EXPECT_EQ(desk.type("\x1b[A\x1b[6~"), "");
}

TEST(Console, AnOverlongLineRingsTheBell) {
  Desk desk;
  const std::string echo = desk.type(std::string(300, 'x'));
  EXPECT_EQ(std::ranges::count(echo, 'x'), 254);
  EXPECT_EQ(std::ranges::count(echo, '\a'), 46);
}

TEST(Console, CrLfAndCrLfAreOneEnter) {
  Desk desk;
  EXPECT_EQ(desk.type("\r"), "\r\nswitch1>");
  EXPECT_EQ(desk.type("\n"), "");
  EXPECT_EQ(desk.type("\n"), "\r\nswitch1>");
  EXPECT_EQ(desk.type("\r\n\r\n"), "\r\nswitch1>\r\nswitch1>");
}

TEST(Console, CommentsDoNothing) {
  Desk desk;
  EXPECT_EQ(desk.enter("!3f9a0c12d4e5"), "switch1>");
}

TEST(Console, HelpListsWhatMayFollowAndKeepsTheLine) {
  Desk desk;
  EXPECT_EQ(desk.type("show i?"), "show i?\r\n  interfaces\r\n  ip\r\n\r\nswitch1>show i");
  EXPECT_THAT(desk.type("p interface brief ?"), HasSubstr("  <cr>\r\n"));
}

TEST(Console, OneCommandForAnExecChannel) {
  const auto device = std::make_shared<Switch>();
  Console plain(device, 24);
  const std::string text = plain.run_once("show running-config");
  EXPECT_THAT(text, AllOf(StartsWith("\r\nBuilding"), EndsWith("end\r\n"), Not(HasSubstr("More"))));
  EXPECT_TRUE(plain.finished());

  Console asking(device, 24);
  EXPECT_THAT(asking.run_once("reload"), EndsWith("[confirm]"));
  EXPECT_FALSE(asking.finished());
  asking.type("n");
  EXPECT_TRUE(asking.finished());
}

TEST(Console, ExitHangsUp) {
  Desk desk;
  desk.type("exit\r");
  EXPECT_TRUE(desk.console.finished());
  EXPECT_EQ(desk.type("show clock\r"), "");
}

}  // namespace
}  // namespace mcpssh::lab
