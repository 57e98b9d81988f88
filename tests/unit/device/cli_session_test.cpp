#include <gtest/gtest.h>

#include "../../support/run_task.hpp"
#include "../../support/script_duplex.hpp"
#include "base/text.hpp"
#include "device/session.hpp"

namespace mcpssh::device {
namespace {

using namespace std::chrono_literals;

/// Silences a tenth as long as on real links, so that the stories are quick.
Options quick() {
  Options options;
  options.pace = {
      .settle = 8ms, .settle_most = 150ms, .doubtful = 120ms, .question = 60ms, .maybe_question = 150ms};
  return options;
}

/// A played device and a session over it.
class Device {
 public:
  explicit Device(std::string prompt_regex = {}, Options options = quick())
      : script(std::make_shared<test::Script>()),
        session(cli_session(std::make_unique<test::ScriptDuplex>(io.get_executor(), script),
                            std::move(prompt_regex), std::move(options))) {}
  ~Device() {
    session.reset();
    io.restart();
    io.poll();
  }
  void start() { test::run_task(io, session->start(5s)); }
  Reply line(std::string text, std::chrono::milliseconds timeout = 5s) {
    return test::run_task(io, session->line(std::move(text), timeout));
  }
  std::string text(std::string command) {
    const Reply reply = line(std::move(command));
    EXPECT_EQ(reply.end, Reply::End::prompt);
    return reply.text;
  }
  bool recover() { return test::run_task(io, session->recover(5s)); }

  base::asio::io_context io;
  std::shared_ptr<test::Script> script;
  std::unique_ptr<Session> session;
};

TEST(CliSession, ACiscoLikeConversationIsExactHoweverItIsCut) {
  for (const std::size_t cut : {1u, 2u, 3u, 5u, 7u, 11u, 64u, 4096u}) {
    Device device;
    device.script->cut_reads(cut)
        .say("\r\n*** core-rtr1# is monitored ***\r\n\r\nsw1>")
        .hear("enable\n")
        .say("enable\r\nsw1#")
        .hear("show version\n")
        .say("show version\r\nIOS 15\r\nuptime 3 w\r\nsw1#")
        .hear("configure terminal\n")
        .say("configure terminal\r\nEnter configuration commands.\r\nsw1(config)#")
        .hear("hostname core9\n")
        .say("hostname core9\r\ncore9(config)#")
        .hear("end\n")
        .say("end\r\ncore9#");
    device.start();
    EXPECT_EQ(device.session->prompt(), "sw1>");
    EXPECT_EQ(device.line("enable").prompt, "sw1#");
    const Reply version = device.line("show version");
    EXPECT_EQ(version.text, "IOS 15\nuptime 3 w\n") << "pieces of " << cut;
    EXPECT_EQ(version.exit_code, std::nullopt);
    EXPECT_EQ(device.text("configure terminal"), "Enter configuration commands.\n");
    EXPECT_EQ(device.line("hostname core9").prompt, "core9(config)#");
    EXPECT_EQ(device.line("end").prompt, "core9#");
    EXPECT_TRUE(device.script->played_out());
    EXPECT_EQ(device.script->unheard(), "");
  }
}

TEST(CliSession, ACommandIsOneWrite) {
  Device device;
  device.script->say("sw1#").hear("show clock\n").say("show clock\r\n12:00\r\nsw1#");
  device.start();
  EXPECT_EQ(device.text("show clock"), "12:00\n");
}

TEST(CliSession, ThePromptInsideOfTheOutputEndsNothing) {
  for (const std::size_t cut : {1u, 9u, 4096u}) {
    Device device;
    device.script->cut_reads(cut)
        .say("switch1# ")
        .hear("show running-config\n")
        .say(
            "show running-config\r\ninterface Gi0/1\r\n description switch1# \r\nswitch1# do not touch\r\n"
            " name RP/0/RP0/CPU0:switch1#\r\nend\r\nswitch1# ");
    device.start();
    EXPECT_EQ(device.text("show running-config"),
              "interface Gi0/1\n description switch1# \nswitch1# do not touch\n name "
              "RP/0/RP0/CPU0:switch1#\nend\n");
  }
}

TEST(CliSession, APauseBehindPromptTextIsOutwaitedOnALinkKnownToPause) {
  Device device;
  device.script->say("switch1# ")
      .hear("show run\n")
      .say("show run\r\n")
      .say("inter")
      .pause(20ms)
      .say("face Gi0/1\r\nswitch1# ")
      .pause(40ms)
      .say("do not touch\r\nend\r\nswitch1# ");
  device.start();
  EXPECT_EQ(device.text("show run"), "interface Gi0/1\nswitch1# do not touch\nend\n");
}

TEST(CliSession, AReplyThatWasCutShortDoesNotPutTheNextOneOutOfStep) {
  Device device;
  device.script->say("switch1# ")
      .hear("show run\n")
      .say("show run\r\nswitch1# ")
      .pause(60ms)  // a link that never paused before
      .say("do not touch\r\nend\r\nswitch1# ")
      .hear("show clock\n")
      .say("show clock\r\n12:00\r\nswitch1# ");
  device.start();
  EXPECT_EQ(device.line("show run").end, Reply::End::prompt);
  base::asio::steady_timer timer(device.io, 100ms);
  timer.async_wait([](boost::system::error_code) {});
  device.io.restart();
  while (!device.script->played_out() && timer.expiry() > std::chrono::steady_clock::now())
    device.io.run_one();
  const Reply clock = device.line("show clock");
  EXPECT_EQ(clock.text, "12:00\n");
  EXPECT_EQ(clock.between, "switch1# do not touch\nend\n");
}

TEST(CliSession, ADeviceWithoutAnEchoIsRead) {
  Device device;
  device.script->say("sw1# ")
      .hear("show clock\n")
      .say("\r\n12:00\r\nsw1# ")
      .hear("show users\n")
      .say("ops\r\nsw1# ")
      .hear("clear counters\n")
      .say("\r\nsw1# ");
  device.start();
  EXPECT_EQ(device.text("show clock"), "12:00\n");
  EXPECT_EQ(device.text("show users"), "ops\n");
  EXPECT_EQ(device.text("clear counters"), "");
}

TEST(CliSession, AnEchoWrappedAtTheTerminalWidthIsTakenOff) {
  Device device;
  const std::string command = "show log | include " + std::string(600, 'x');
  const std::string typed = "root@OpenWrt:~# " + command;
  device.script->say("root@OpenWrt:~# ").hear(command + "\n");
  device.script->say(command.substr(0, 511 - 16) + "\r\r\n" + typed.substr(511) +
                     "\r\nout\r\nroot@OpenWrt:~# ");
  device.start();
  EXPECT_EQ(device.text(command), "out\n");
}

TEST(CliSession, PagersAreAnsweredAndLeaveNothing) {
  const std::string_view pagers[] = {" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b",
                                     "--More--\r         \r", "--More--\x1b[2K\r",
                                     "<--- More --->\r              \r",
                                     "---(more 40%)---\x1b[16D                \x1b[16D"};
  for (const auto pager : pagers) {
    for (const std::size_t cut : {1u, 4096u}) {
      Device device;
      const auto shown = pager.substr(0, pager.find_first_of("\b\r\x1b"));
      const std::string erased(pager.substr(shown.size()));
      device.script->cut_reads(cut)
          .say("sw1#")
          .hear("show run\n")
          .say("show run\r\nline 1\r\nline 2\r\n" + std::string(shown))
          .hear(" ")
          .say(erased + "line 3\r\n!\r\n" + std::string(shown))
          .hear(" ")
          .say(erased + "\r\nend\r\nsw1#");
      device.start();
      EXPECT_EQ(device.text("show run"), "line 1\nline 2\nline 3\n!\n\nend\n") << shown;
      EXPECT_EQ(device.script->unheard(), "");
    }
  }
}

TEST(CliSession, LessWithItsWarningAndItsEndIsLeftByQ) {
  Device device;
  device.script->say("core-rtr1# ")
      .hear("show ip prefix-list\n")
      .say("show ip prefix-list\r\nWARNING: terminal is not fully functional\r\nPress RETURN to continue ")
      .hear(" ")
      .say("\r\n\rZEBRA: 2 entries\r\n   seq 5\r\n:")
      .hear(" ")
      .say("\r\x1b[K   seq 10\r\n(END)")
      .hear("q")
      .say("\r\x1b[Kcore-rtr1# ");
  device.start();
  EXPECT_EQ(device.text("show ip prefix-list"), "ZEBRA: 2 entries\n   seq 5\n   seq 10\n");
}

TEST(CliSession, APagerTextInsideOfTheOutputIsOutput) {
  Device device;
  device.script->say("sw1#")
      .hear("show run\n")
      .say("show run\r\n--More--\r\n:\r\n banner --More-- x\r\nsw1#");
  device.start();
  EXPECT_EQ(device.text("show run"), "--More--\n:\n banner --More-- x\n");
  EXPECT_EQ(device.script->unheard(), "");
}

TEST(CliSession, AQuestionEndsTheLineAndIsAnswered) {
  Device device;
  device.script->say("sw1#")
      .hear("copy running-config startup-config\n")
      .say("copy running-config startup-config\r\nDestination filename [startup-config]? ")
      .hear("\n")
      .say("\r\nBuilding configuration...\r\n[OK]\r\nsw1#")
      .hear("reload\n")
      .say("reload\r\nProceed with reload? [confirm]")
      .hear("n")
      .say("n\r\nsw1#")
      .hear("enable\n")
      .say("enable\r\nPassword: ")
      .hear("s3cret\n")
      .say("\r\nsw1#");
  device.start();
  const Reply copy = device.line("copy running-config startup-config");
  ASSERT_EQ(copy.end, Reply::End::question);
  EXPECT_EQ(copy.question, "Destination filename [startup-config]? ");
  EXPECT_EQ(copy.text, "");
  EXPECT_EQ(device.text(""), "Building configuration...\n[OK]\n");
  EXPECT_EQ(device.line("reload").question, "Proceed with reload? [confirm]");
  EXPECT_EQ(device.text("n"), "");
  EXPECT_EQ(device.line("enable").question, "Password: ");
  EXPECT_EQ(device.text("s3cret"), "");
  EXPECT_EQ(device.script->unheard(), "");
}

TEST(CliSession, ALineEndBehindAnAnswerMayBringASecondPrompt) {
  Device device;
  device.script->say("sw1#")
      .hear("clear arp\n")
      .say("clear arp\r\nClear? (y/n) ")
      .hear("y\n")
      .say("y\r\ncleared\r\nsw1#\r\nsw1#")
      .hear("show clock\n")
      .say("show clock\r\n12:00\r\nsw1#");
  device.start();
  EXPECT_EQ(device.line("clear arp").end, Reply::End::question);
  EXPECT_EQ(device.text("y"), "cleared\n");
  EXPECT_EQ(device.text("show clock"), "12:00\n");
}

TEST(CliSession, AQuestionCanBeRefusedWithoutEverPressingEnter) {
  Device device;
  device.script->say("sw1#")
      .hear("reload\n")
      .say("reload\r\nProceed with reload? [confirm]")
      .hear("\x03")
      .say("^C\r\nsw1#")
      .hear("show clock\n")
      .say("show clock\r\n12:00\r\nsw1#");
  device.start();
  EXPECT_EQ(device.line("reload").end, Reply::End::question);
  EXPECT_TRUE(device.recover());
  EXPECT_EQ(device.text("show clock"), "12:00\n");
  EXPECT_EQ(device.script->unheard(), "");
}

TEST(CliSession, ATimeoutKeepsTheTextAndRecovers) {
  Device device;
  device.script->say("sw1#")
      .hear("ping 192.0.2.1\n")
      .say("ping 192.0.2.1\r\nSending\r\n!!..")
      .hear("\x03")
      .say("\r\nsw1#")
      .hear("show clock\n")
      .say("show clock\r\n12:00\r\nsw1#");
  device.start();
  const Reply ping = device.line("ping 192.0.2.1", 100ms);
  EXPECT_EQ(ping.end, Reply::End::timed_out);
  EXPECT_EQ(ping.text, "Sending\n!!..");
  EXPECT_TRUE(device.recover());
  EXPECT_EQ(device.text("show clock"), "12:00\n");
}

TEST(CliSession, ACancelledLineLeavesTheDeviceUnusableUntilItIsRecovered) {
  Device device;
  device.script->say("sw1#")
      .hear("ping 192.0.2.1\n")
      .say("ping 192.0.2.1\r\nSending\r\n!!..")
      .hear("\x03")
      .say("\r\nsw1#")
      .hear("show clock\n")
      .say("show clock\r\n12:00\r\nsw1#");
  device.start();
  EXPECT_TRUE(test::run_cancelled(device.io, device.session->line("ping 192.0.2.1", 5s), 50ms));
  EXPECT_THROW(device.line("show clock"), base::Error);
  EXPECT_TRUE(device.recover());
  const Reply clock = device.line("show clock");
  EXPECT_EQ(clock.text, "12:00\n");
  EXPECT_EQ(clock.between, "");
}

TEST(CliSession, ALogLineBehindThePromptIsNotAHang) {
  Device device;
  device.script->say("sw1#")
      .hear("interface up\n")
      .say("interface up\r\nsw1#%LINK-3-UPDOWN: Interface Gi0/1, changed state to up\r\n")
      .hear("\n")
      .say("\r\nsw1#");
  device.start();
  const Reply reply = device.line("interface up");
  EXPECT_EQ(reply.end, Reply::End::prompt);
  EXPECT_NE(reply.text.find("%LINK-3-UPDOWN"), std::string::npos);
}

TEST(CliSession, RouterOsAsksItsTerminalAndRepaints) {
  Device device;
  device.script->say("\x1bZ  \r\x1b[6n\x1b[c")
      .hear("\x1b/Z\x1b[1;1R\x1b[?1;0c")
      .say("\r\n  MikroTik RouterOS 7.16\r\n\r\n\r\r\r\r[admin@MikroTik] > \r[admin@MikroTik] > \x1b[K")
      .hear("/ip address print\n")
      .say(
          "/ip address print\r\r\n[admin@MikroTik] > /ip address print\r\r\n0 192.0.2.1/24 "
          "ether1\r\r\n\r[admin@MikroTik] > ");
  device.start();
  EXPECT_EQ(device.session->prompt(), "[admin@MikroTik] > ");
  EXPECT_EQ(device.text("/ip address print"), "0 192.0.2.1/24 ether1\n");
}

TEST(CliSession, BusyBoxAsksForTheCursorBehindEveryPrompt) {
  Device device;
  device.script->say("\x1b]0;root@OpenWrt: ~\x07root@OpenWrt:~# \x1b[6n")
      .hear("\x1b[1;17R")
      .say("")
      .hear("uci show\n")
      .say("uci show\r\nlan\r\n\x1b]0;root@OpenWrt: ~\x07root@OpenWrt:~# \x1b[6n")
      .hear("\x1b[1;17R");
  device.start();
  EXPECT_EQ(device.text("uci show"), "lan\n");
}

TEST(CliSession, AQueryInsideOfTheOutputMakesUsTypeNothing) {
  Device device;
  device.script->say("sw1#")
      .hear("show banner\n")
      .say("show banner\r\nevil \x1b[6n\x1b[c here\r\n")
      .pause(20ms)
      .say("sw1#");
  device.start();
  EXPECT_EQ(device.text("show banner"), "evil  here\n");
  EXPECT_EQ(device.script->unheard(), "");
}

TEST(CliSession, TwoLinePromptsAreNoOutput) {
  Device device;
  device.script->say("\r\n{master:0}\r\nadmin@srx300> ")
      .hear("configure\n")
      .say("configure \r\nEntering configuration mode\r\n\r\n{master:0}[edit]\r\nadmin@srx300# ")
      .hear("show sys\n")
      .say("show system \r\nhost-name srx300;\r\n\r\n[edit]\r\nadmin@srx300# ");
  device.start();
  EXPECT_EQ(device.text("configure"), "Entering configuration mode\n\n");
  EXPECT_EQ(device.text("show sys"), "host-name srx300;\n\n");
}

TEST(CliSession, APromptPatternOfTheOwnerIsUsed) {
  Device device(R"(^\S+ => ?$)");
  device.script->say("hello#\r\nbox => ").hear("go\n").say("go\r\nbox #\r\nbox => ");
  device.start();
  EXPECT_EQ(device.text("go"), "box #\n");
  EXPECT_THROW(cli_session(nullptr, "[bad", {}), base::Error);
}

TEST(CliSession, ControlCharactersAreRefusedAndNothingIsSent) {
  Device device;
  device.script->say("sw1#");
  device.start();
  for (const auto* text : {"show version\rreload", "a\nb", "sh\tver", "\x1a"})
    EXPECT_THROW(device.line(text), base::Error);
  EXPECT_EQ(device.script->unheard(), "");
}

TEST(CliSession, LoginFailuresSayWhatWasSeen) {
  const auto failure = [](const auto& play, std::chrono::milliseconds timeout) {
    Device device;
    play(*device.script);
    try {
      test::run_task(device.io, device.session->start(timeout));
    } catch (const base::Error& error) {
      return error;
    }
    return base::Error(base::ErrorCode::internal, "it started");
  };
  const auto silent = failure([](auto& script) { script.say("\r\nLoading...\r\nplease wait"); }, 150ms);
  EXPECT_EQ(silent.code(), base::ErrorCode::timed_out);
  EXPECT_NE(silent.message().find("please wait"), std::string::npos);
  const auto login =
      failure([](auto& script) { script.say("User Access Verification\r\n\r\nPassword: "); }, 5s);
  EXPECT_EQ(login.code(), base::ErrorCode::auth_failed);
  const auto busy = failure([](auto& script) { script.say("all lines busy\r\n").hang_up(); }, 5s);
  EXPECT_EQ(busy.code(), base::ErrorCode::connection_lost);
}

TEST(CliSession, TheEndOfTheConnectionIsTyped) {
  Device leaving;
  leaving.script->say("sw1#").hear("exit\n").say("exit\r\nbye\r\n").hang_up();
  leaving.start();
  const Reply closed = leaving.line("exit");
  EXPECT_EQ(closed.end, Reply::End::closed);
  EXPECT_EQ(closed.text, "bye\n");
  EXPECT_FALSE(closed.failure);
  Device broken;
  broken.script->say("sw1#").hear("show run\n").say("show run\r\nhalf").break_off();
  broken.start();
  const Reply lost = broken.line("show run");
  EXPECT_EQ(lost.end, Reply::End::closed);
  EXPECT_EQ(lost.text, "half");
  ASSERT_TRUE(lost.failure);
  EXPECT_EQ(lost.failure->code(), base::ErrorCode::connection_lost);
}

}  // namespace
}  // namespace mcpssh::device
