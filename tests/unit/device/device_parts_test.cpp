#include <gtest/gtest.h>

#include "base/text.hpp"
#include "device/bounded_text.hpp"
#include "device/echo_filter.hpp"
#include "device/marker_scan.hpp"
#include "device/pause_meter.hpp"
#include "device/prompt_pattern.hpp"
#include "device/questions.hpp"
#include "device/shell_frame.hpp"

namespace mcpssh::device {
namespace {

using Lines = std::vector<std::string>;

TEST(MarkerScan, FindsTheMarkerAtEveryCut) {
  const std::string stream = "out abcabcabc:put abcabcd42;rest";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    MarkerScan scan("abcabcd", MarkerScan::Kind::with_status);
    std::string before = scan.feed(stream.substr(0, cut));
    before += scan.feed(stream.substr(cut));
    ASSERT_TRUE(scan.found());
    EXPECT_EQ(before, "out abcabcabc:put ");
    EXPECT_EQ(scan.status(), 42);
    EXPECT_EQ(scan.take_rest(), "rest");
  }
}

TEST(MarkerScan, TheMarkerWithoutAStatusIsOutput) {
  MarkerScan scan("abc", MarkerScan::Kind::with_status);
  EXPECT_EQ(scan.feed("abc$?; abc1234; abc; "), "abc$?; abc1234; abc; ");
  EXPECT_FALSE(scan.found());
  EXPECT_EQ(scan.feed("xab"), "x");  // only what may become the marker is held back
  EXPECT_EQ(scan.take_rest(), "ab");
}

TEST(BoundedText, ShortTextIsExactAndLongTextSaysWhatIsMissing) {
  BoundedText text(100);
  text.append("short\n");
  EXPECT_EQ(text.take(), "short\n");
  for (int i = 0; i < 100'000; ++i) text.append("line " + std::to_string(i) + "\n");
  EXPECT_TRUE(text.truncated());
  const std::string kept = text.take();
  EXPECT_LT(kept.size(), 200u);
  EXPECT_TRUE(kept.starts_with("line 0\n"));
  EXPECT_TRUE(kept.ends_with("\nline 99999\n"));
  EXPECT_NE(kept.find(" bytes not shown ...]\n"), std::string::npos);
}

TEST(BoundedText, NeverCutsACharacter) {
  for (std::size_t limit = 2; limit < 40; ++limit) {
    BoundedText text(limit);
    for (int i = 0; i < 5000; ++i) text.append("\xe2\x82\xac");
    EXPECT_TRUE(base::is_utf8(text.take())) << limit;
  }
}

TEST(ShellFrame, NoPhysicalLineIsLongAndNoMarkerIsTyped) {
  const Frame frame{.begin = Nonce::fresh(), .end = Nonce::fresh(), .prompt = Nonce::fresh(), .last_exit = 3};
  const std::string text(60'000, '\'');
  const auto typed = framed_text(text, {.zsh = false, .has_tty = true, .quiet = true}, frame);
  ASSERT_TRUE(typed);
  for (const auto line : base::split(*typed, '\n')) EXPECT_LE(line.size(), 400u);
  for (const auto& nonce : {frame.begin, frame.end, frame.prompt})
    EXPECT_EQ(typed->find(nonce.joined()), std::string::npos);
  const Nonce ready = Nonce::fresh();
  for (const auto line : base::split(handshake_text(ready, Nonce::fresh(), Nonce::fresh()), '\n'))
    EXPECT_LE(line.size(), 400u);
}

TEST(ShellFrame, ANulIsRefused) {
  EXPECT_FALSE(framed_text(std::string_view("a\0b", 3), {}, {}));
}

struct PromptCase {
  std::string prompt, host;
};

TEST(PromptPattern, TheHostNameIsFoundInThePromptsOfManyVendors) {
  const PromptCase cases[] = {{"switch1>", "switch1"},
                              {"switch1# ", "switch1"},
                              {"RP/0/RP0/CPU0:xr1#", "xr1"},
                              {"[admin@MikroTik] > ", "MikroTik"},
                              {"<HUAWEI>", "HUAWEI"},
                              {"A:admin@sr1# ", "sr1"},
                              {"FGT60 (interface) # ", "FGT60"},
                              {"admin@srx300> ", "srx300"},
                              {"(Aruba7210) *#", "Aruba7210"},
                              {"sw.12 # ", "sw"},
                              {"fw/pri/act# ", "fw"},
                              {"> ", ""},
                              {"root@OpenWrt:~# ", "OpenWrt"},
                              {"SSH@icx-1#", "icx-1"},
                              {"core-rtr1(config-if)# ", "core-rtr1"}};
  const auto pattern = PromptPattern::make("");
  ASSERT_TRUE(pattern);
  for (const auto& [prompt, host] : cases) {
    EXPECT_EQ(host_in_prompt(prompt), host) << prompt;
    EXPECT_EQ(pattern->like(prompt), PromptPattern::Likeness::shaped) << prompt;
  }
}

TEST(PromptPattern, ModesKeepTheHostAndOtherHostsAreOnlyShaped) {
  using Likeness = PromptPattern::Likeness;
  auto pattern = PromptPattern::make("");
  pattern->learn("switch1>");
  for (const auto* known : {"switch1>", "switch1# ", "switch1(config)#", "switch1(config-if)# "})
    EXPECT_EQ(pattern->like(known), Likeness::known) << known;
  for (const auto* shaped : {"switch10#", "router9#", "mswitch1#"})
    EXPECT_EQ(pattern->like(shaped), Likeness::shaped) << shaped;
  for (const auto* none : {"", "switch1# do not touch", "description switch1"})
    EXPECT_EQ(pattern->like(none), Likeness::none) << none;
  pattern->learn("averyveryverylongname1#");
  EXPECT_EQ(pattern->like("averyveryverylon(config)#"), Likeness::known);  // IOS cuts it
}

TEST(PromptPattern, ThePatternOfTheOriginalIsTakenAsItWas) {
  const auto matches = [](std::string_view regex, std::string_view line) {
    return PromptPattern::make(regex)->like(line) == PromptPattern::Likeness::shaped;
  };
  EXPECT_TRUE(matches(R"([>#]\s*$)", "switch1# "));
  EXPECT_TRUE(matches(R"(switch1#)", "switch1# "));
  EXPECT_TRUE(matches(R"(\n(?P<name>\w+)[>#])", "switch1>"));
  EXPECT_FALSE(matches(R"([>#])", "a # b"));
}

TEST(PromptPattern, ABadPatternIsNamedAndACostlyOneEnds) {
  const auto bad = PromptPattern::make("[unclosed");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code(), base::ErrorCode::invalid_config);
  EXPECT_NE(bad.error().message().find("[unclosed"), std::string::npos);
  const auto costly = PromptPattern::make("(a+)+$");
  EXPECT_THROW((void)costly->like(std::string(100, 'a') + "!"), base::Error);
}

TEST(Questions, EveryPagerTextOfTheFieldIsKnown) {
  const Questions questions;
  for (const auto* text : {"--More--",
                           " --More-- ",
                           "--more--",
                           "-- More --",
                           "<--- More --->",
                           "  ---- More ----",
                           "---More---",
                           "-More-",
                           "--More-- or (q)uit",
                           "---(more)---",
                           "---(more 12%)---",
                           "-- MORE --, next page: Space, next line: Enter, quit: Control-C",
                           "--More-- (q) quit (u) pageup (/) search (n) repeat",
                           "Press any key to continue (Q to quit)",
                           "Press <SPACE> to continue or <Q> to quit:",
                           "-more <Press SPACE for another page, 'q' to quit>-",
                           "....press ENTER to next line, CTRL_C to quit, other key to next page....",
                           "More: m,<space> --- Quit: q --- One line: <return> ---",
                           "-Press Any Key For More-",
                           "-- [Q quit|D dump|down]",
                           ":",
                           "lines 1-23",
                           "lines 1-23/80 28%",
                           "Press RETURN to continue ",
                           "--More-- (12% of 3456 bytes)",
                           "(Enter:next line Space:next page Q:quit R:show the rest)",
                           "Press RETURN to get started!"})
    EXPECT_EQ(questions.pager(text), Questions::Pager::more) << text;
  for (const auto* text : {"(END)", "--More--(END)", "lines 1-23/23 (END)"})
    EXPECT_EQ(questions.pager(text), Questions::Pager::end) << text;
  for (const auto* text :
       {"", "switch1#", "there is more", "description --More-- here", "a:", "-- 3 more routes follow -- x"})
    EXPECT_EQ(questions.pager(text), Questions::Pager::none) << text;
}

TEST(Questions, QuestionsOfDevicesAndProgramsAreKnown) {
  const Questions questions;
  for (const auto* text : {"[confirm]",
                           "Proceed with reload? [confirm]",
                           "Save? [yes/no]: ",
                           "Continue? (y/n)? ",
                           "Are you sure? [y/N] ",
                           "Destination filename [startup-config]? ",
                           "Password: ",
                           "[sudo] password for ops: ",
                           "Overwrite? [Y/N]:",
                           "Discard uncommitted changes? [yes,no] (yes) ",
                           "This will reboot the device. Continue? [Y/N]:",
                           "The system has unsaved changes. (y/n) ",
                           "commit them before exiting(yes/no/cancel)? [cancel]:",
                           "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
                           "Enter passphrase for key 'x': ",
                           "Reload node ? [no,yes] ",
                           "Do you want to continue? (y/n)",
                           "Reboot the system ? [yes,no] (no) ",
                           "Would you like to save them now? (y/n) ",
                           "username: ",
                           "Do you wish to proceed anyway? (y or n) "})
    EXPECT_EQ(questions.asks(text), Questions::Asks::yes) << text;
  EXPECT_EQ(questions.asks("Enter the new name: "), Questions::Asks::maybe);
  for (const auto* text : {"", "switch1#", "[admin@MikroTik] > ", "Building configuration...", "100%"})
    EXPECT_EQ(questions.asks(text), Questions::Asks::no) << text;
  for (const auto* text : {">>> ", "mysql> ", "root@db:/# ", "... "})
    EXPECT_NE(questions.asks_or_prompts(text), Questions::Asks::no) << text;
}

TEST(EchoFilter, TakesTheEchoInAllItsForms) {
  const auto filtered = [](const Lines& lines) {
    EchoFilter echo("sw1# ", "show interfaces status");
    Lines out;
    for (const auto& line : lines)
      for (auto& left : echo.filter(line)) out.push_back(std::move(left));
    for (auto& left : echo.take_held()) out.push_back(std::move(left));
    return out;
  };
  EXPECT_EQ(filtered({"sw1# show interfaces status", "out"}), (Lines{"out"}));
  EXPECT_EQ(filtered({"show interfaces status ", "out"}), (Lines{"out"}));
  EXPECT_EQ(filtered({"sw1# show interfaces", " status", "out"}), (Lines{"out"}));
  EXPECT_EQ(filtered({"sw1# ", "sw1# show interfaces status", "out"}), (Lines{"out"}));
  EXPECT_EQ(filtered({"sw1#$nterfaces status", "out"}), (Lines{"out"}));
  EXPECT_EQ(filtered({"sw1# show interfaces status", "show interfaces status"}),
            (Lines{"show interfaces status"}));
}

TEST(EchoFilter, WordsTheDeviceCompletedAreStillTheEcho) {
  EchoFilter echo("admin@srx> ", "sh ver | match Jun");
  EXPECT_TRUE(echo.filter("admin@srx> show version | match Jun").empty());
  EXPECT_TRUE(echo.seen());
}

TEST(EchoFilter, WithoutAnEchoEveryLineIsOutput) {
  EchoFilter glued("sw1# ", "show clock");
  EXPECT_EQ(glued.filter("sw1# 12:00:01 UTC"), (Lines{"12:00:01 UTC"}));
  EchoFilter separate("sw1# ", "show clock");
  EXPECT_TRUE(separate.filter("sw1# ").empty());
  EXPECT_EQ(separate.filter("12:00:01 UTC"), (Lines{"12:00:01 UTC"}));
  EXPECT_FALSE(separate.seen());
}

TEST(PauseMeter, OnlyPausesInsideALineSlowTheSettle) {
  using std::chrono::milliseconds;
  const PauseMeter::Time start{};
  PauseMeter meter;
  meter.arrived(start, true);
  meter.arrived(start + milliseconds(5000), false);
  EXPECT_EQ(meter.settle(milliseconds(80), milliseconds(1000)), milliseconds(80));
  meter.arrived(start + milliseconds(5100), true);
  EXPECT_EQ(meter.settle(milliseconds(80), milliseconds(1000)), milliseconds(300));
  meter.fade();
  EXPECT_EQ(meter.settle(milliseconds(80), milliseconds(1000)), milliseconds(150));
  meter.arrived(start + milliseconds(90'000), true);
  EXPECT_EQ(meter.settle(milliseconds(80), milliseconds(1000)), milliseconds(1000));
}

}  // namespace
}  // namespace mcpssh::device
