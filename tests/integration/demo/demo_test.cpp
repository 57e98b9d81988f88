// `mcp-ssh demo` as a person first meets it, and the README's picture of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string picture = MCPSSH_SOURCE_DIR "/docs/demo.svg";

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Finished recording_check(const std::string& svg) {
  return run({"/usr/bin/python3", "-B", MCPSSH_SOURCE_DIR "/docs/recording/record.py", "--check", "--program",
              MCPSSH_BINARY, svg},
             std::chrono::seconds(60));
}

TEST(Demo, EndsWellAndShowsARefusalAnApprovalAndTheRecord) {
  const auto demo = run({MCPSSH_BINARY, "demo"}, std::chrono::seconds(60));
  EXPECT_EQ(demo.exit_code, 0) << demo.err;
  EXPECT_EQ(demo.err, "");
  for (const char* part : {"fs.remove-root", "device.write-erase", "proved gone", "demo in app",
                           "person > yes", "Approved by: human", "never type: rm -rf /", "chain intact"})
    EXPECT_THAT(demo.out, HasSubstr(part));
  EXPECT_THAT(demo.out, Not(HasSubstr("\x1b"))) << "no colours where it is no terminal";
}

TEST(Demo, FitsANarrowTerminalAndNoColorMeansNone) {
  for (const bool colours : {true, false}) {
    Tmux::Options options;
    options.argv = {MCPSSH_BINARY, "demo"};
    options.columns = 57;  // where a terminal would break inside a word
    options.rows = 200;
    options.env = {{"NO_COLOR", colours ? "" : "1"}};
    Tmux terminal(options);
    const auto screen = terminal.wait_for("ended 0");
    EXPECT_THAT(screen, HasSubstr("talks MCP to a\nreal mcp-ssh server")) << screen;
    EXPECT_EQ(terminal.coloured_screen().find("\x1b[") != std::string::npos, colours);
  }
}

TEST(Demo, LeavesNothingBehindWhereverItRunsAndHoweverItEnds) {
  const TempDir files;
  const auto temporary = files.path() / "it's: #here", home = files.path() / "home";
  std::filesystem::create_directory(temporary);
  std::filesystem::create_directory(home);
  for (const int signal : {0, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    Process::Options options;
    options.argv = {MCPSSH_BINARY, "demo"};
    options.pipe_stdout = true;
    options.env = {{"TMPDIR", temporary.string()},
                   {"HOME", home.string()},
                   {"XDG_STATE_HOME", ""},
                   {"XDG_CONFIG_HOME", ""},
                   {"XDG_RUNTIME_DIR", ""}};
    Process demo(std::move(options));
    while (const auto line = demo.read_line(30s)) {
      if (signal == 0 || line->find("sleep 600") == std::string::npos) continue;
      EXPECT_FALSE(std::filesystem::is_empty(temporary));
      demo.signal(signal);
    }
    EXPECT_EQ(demo.wait(30s), signal == 0 ? 0 : 1) << demo.err();
    EXPECT_TRUE(std::filesystem::is_empty(temporary));
    EXPECT_TRUE(std::filesystem::is_empty(home));
  }
}

TEST(Demo, CtrlCClearsTheSimulatedHostsAway) {
  const TempDir temporary;
  for (const bool stays : {false, true}) {
    Tmux::Options options;
    // A shell that the key does not end says when the program has.
    options.argv = {"sh", "-c",          "trap '' INT; \"$@\"; echo it is over; read end",
                    "sh", MCPSSH_BINARY, "demo"};
    if (stays) options.argv.emplace_back("--stay");
    options.env = {{"TMPDIR", temporary.path().string()}};
    Tmux terminal(options);
    terminal.wait_for(stays ? "hosts.yaml" : "sleep 600");
    EXPECT_FALSE(std::filesystem::is_empty(temporary.path()));
    terminal.press({"C-c"});
    terminal.wait_for("it is over");
    EXPECT_TRUE(std::filesystem::is_empty(temporary.path())) << terminal.screen();
  }
}

TEST(DemoPicture, ShowsWhatTheDemoPrintsToday) {
  const auto check = recording_check(picture);
  EXPECT_EQ(check.exit_code, 0) << check.err;
}

TEST(DemoPicture, ThatShowsSomethingElseIsTold) {
  const TempDir files;
  auto other = content(picture);
  other.replace(other.find("Hello from Linux<"), 16, "Hello from Minix");
  const auto check = recording_check(files.write("other.svg", other).string());
  EXPECT_EQ(check.exit_code, 1);
  EXPECT_THAT(check.err, HasSubstr("-Minix"));
  const auto broken = recording_check(files.write("broken.svg", other.substr(0, other.size() / 2)).string());
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, HasSubstr("well-formed"));
}

/// It is shown through an image proxy, where nothing else can be loaded and no script runs.
TEST(DemoPicture, StandsByItself) {
  const auto svg = content(picture);
  EXPECT_LT(svg.size(), 150'000U);
  for (const char* part : {"<script", "url(", "@import", "href", "<image", "<foreignObject"})
    EXPECT_THAT(svg, Not(HasSubstr(part)));
  EXPECT_THAT(svg, HasSubstr("prefers-reduced-motion"));
}

}  // namespace
}  // namespace mcpssh::test
