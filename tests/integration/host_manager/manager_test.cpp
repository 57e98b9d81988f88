// mcp-ssh hosts on a terminal, driven by keys and judged by what the screen shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "host_manager/place.hpp"
#include "support/openssh_server.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view two_hosts = R"(# ours
hosts:
  web1:          # rack 4
    host: 192.0.2.10
    user: deploy  # not root
    description: Büro 日本
  # the back
  db1: {host: 192.0.2.11, user: postgres}
)";

class OnATerminal : public testing::Test {
 protected:
  Tmux& start(int columns = 80, int rows = 24) {
    Tmux::Options options;
    options.argv = {MCPSSH_BINARY, "hosts"};
    options.env = place_.env();
    options.env["LC_ALL"] = "C.UTF-8";
    options.columns = columns;
    options.rows = rows;
    return tmux_.emplace(options);
  }
  /// Waits for the end and says what the shell saw.
  std::string ended() {
    tmux_->wait_for("modes ");
    return tmux_->screen();
  }

  Place place_;
  std::optional<Tmux> tmux_;
};

TEST_F(OnATerminal, AFirstHostIsAddedAndSaved) {
  auto& tmux = start();
  EXPECT_THAT(tmux.wait_for("No hosts yet"), HasSubstr("Add"));
  tmux.press({"Enter"});
  tmux.wait_for("Add a host");
  tmux.type("web1");
  tmux.press({"Down"});
  tmux.type("192.0.2.10");
  tmux.press({"Down", "Enter"});
  tmux.type("deploy");
  tmux.press({"F10"});
  EXPECT_THAT(tmux.wait_for("Save this?"), AllOf(HasSubstr("+  web1:"), HasSubstr("+    host: 192.0.2.10")));
  EXPECT_FALSE(std::filesystem::exists(place_.file));
  tmux.press({"Enter"});
  EXPECT_THAT(tmux.wait_for("deploy@192.0.2.10"), HasSubstr("web1"));
  EXPECT_EQ(place_.text(), "hosts:\n  web1:\n    host: 192.0.2.10\n    user: deploy\n");
  EXPECT_EQ(place_.mode(), 0600U);
  tmux.press({"Escape"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("ended 0"), HasSubstr("modes kept")));
}

TEST_F(OnATerminal, AnEditBeginsWithWhatIsThereAndKeepsComments) {
  place_.write(two_hosts);
  auto& tmux = start();
  EXPECT_THAT(tmux.wait_for("postgres@192.0.2.11"), AllOf(HasSubstr("Name"), HasSubstr("Büro 日本")));
  tmux.press({"Enter"});
  EXPECT_THAT(tmux.wait_for("Edit web1"),
              AllOf(HasSubstr("192.0.2.10"), HasSubstr("deploy"), HasSubstr("Büro 日本")));
  tmux.press({"Down", "Down"});
  tmux.type("2222");
  tmux.press({"F10"});
  EXPECT_THAT(tmux.wait_for("Save this?"), AllOf(HasSubstr("+    port: 2222"), Not(HasSubstr("-  "))));
  tmux.press({"Enter"});
  tmux.wait_for("192.0.2.10:2222");
  std::string wanted(two_hosts);
  wanted.insert(wanted.find("  # the back"), "    port: 2222\n");
  EXPECT_EQ(place_.text(), wanted);
  EXPECT_EQ(place_.text("hosts.yaml.bak"), two_hosts);
}

TEST_F(OnATerminal, AMistakeIsShownAndWhatWasTypedStays) {
  place_.write(two_hosts);
  auto& tmux = start();
  tmux.wait_for("deploy@192.0.2.10");
  tmux.press({"Enter"});
  tmux.wait_for("Edit web1");
  tmux.press({"Down", "Down"});
  tmux.type("99999");
  tmux.press({"F10"});
  EXPECT_THAT(tmux.wait_for("Not yet"), HasSubstr("must be a whole number"));
  tmux.press({"Enter"});
  EXPECT_THAT(tmux.wait_for("Edit web1"), HasSubstr("99999"));
  tmux.press({"Escape"});
  tmux.wait_for("postgres@192.0.2.11");
  EXPECT_EQ(place_.text(), two_hosts);
}

TEST_F(OnATerminal, ADeletionAsksAndTheSafeAnswerIsMarked) {
  place_.write(two_hosts);
  auto& tmux = start();
  tmux.wait_for("deploy@192.0.2.10");
  tmux.press({"DC"});
  EXPECT_THAT(tmux.wait_for("Delete web1?"), HasSubstr("-  web1:          # rack 4"));
  tmux.press({"Enter"});
  tmux.wait_until_gone("Delete web1?");
  EXPECT_EQ(place_.text(), two_hosts);
  tmux.press({"DC"});
  tmux.wait_for("Delete web1?");
  tmux.press({"Tab", "Enter"});
  EXPECT_THAT(tmux.wait_for("postgres@192.0.2.11"), Not(HasSubstr("web1")));
  EXPECT_EQ(place_.text(), "# ours\nhosts:\n  # the back\n  db1: {host: 192.0.2.11, user: postgres}\n");
  EXPECT_EQ(place_.text("hosts.yaml.bak"), two_hosts);
}

TEST_F(OnATerminal, CtrlCAnywhereLeavesTheFileAndASaneTerminal) {
  place_.write(two_hosts);
  for (const bool in_the_diff : {false, true}) {
    auto& tmux = start();
    tmux.wait_for("deploy@192.0.2.10");
    tmux.press({"Enter"});
    tmux.wait_for("Edit web1");
    tmux.type("x");
    if (in_the_diff) {
      tmux.press({"F10"});
      tmux.wait_for("Save this?");
    }
    tmux.press({"C-c"});
    EXPECT_THAT(ended(), AllOf(HasSubstr("ended 130"), HasSubstr("modes kept")));
    EXPECT_EQ(place_.text(), two_hosts);
    tmux_.reset();
  }
}

TEST_F(OnATerminal, ASignalLeavesASaneTerminalToo) {
  place_.write(two_hosts);
  auto& tmux = start();
  tmux.wait_for("deploy@192.0.2.10");
  run_ok({"pkill", "-TERM", "-P", std::to_string(tmux.shell_pid())});
  EXPECT_THAT(ended(), AllOf(HasSubstr("ended 143"), HasSubstr("modes kept")));
}

TEST_F(OnATerminal, ASmallTerminalAndAResizeLoseNothing) {
  place_.write(two_hosts);
  auto& tmux = start(60, 20);
  EXPECT_THAT(tmux.wait_for("deploy@192.0.2.10"), AllOf(HasSubstr("Add"), HasSubstr("Quit")));
  tmux.press({"Enter"});
  tmux.wait_for("Edit web1");
  tmux.press({"Down", "Down"});
  tmux.type("42");
  tmux.wait_for("42__");  // a resize drops what was typed and not read yet
  tmux.resize(100, 30);
  const auto wide = tmux.wait_for("Working directory");
  EXPECT_THAT(wide, AllOf(HasSubstr("42__"), HasSubstr("OK"), HasSubstr("Cancel")));
  tmux.resize(60, 20);
  tmux.wait_until_gone("Working directory");
  EXPECT_THAT(tmux.wait_for("↑│"), AllOf(HasSubstr("42__"), HasSubstr("Cancel")));
  tmux.type("42");  // the cursor stands where it stood
  tmux.wait_for("4242");
  tmux.press({"F10"});
  EXPECT_THAT(tmux.wait_for("Save this?"), HasSubstr("+    port: 4242"));
  tmux.press({"C-c"});
  EXPECT_THAT(ended(), HasSubstr("modes kept"));
}

TEST_F(OnATerminal, AHostIsTrustedAndTestedFromTheList) {
  const OpensshServer sshd;
  place_.write("hosts:\n  here: {host: 127.0.0.1, port: " + std::to_string(sshd.port()) +
               ", user: " + sshd.user() + ", auth: {method: key, key_path: " + sshd.key().path.string() +
               "}}\nsettings: {known_hosts: " + (place_.home.path() / "known").string() + "}\n");
  auto& tmux = start();
  tmux.wait_for("here");
  tmux.press({"F6"});
  EXPECT_THAT(tmux.wait_for("[y/N]"), HasSubstr("ssh-ed25519 SHA256:"));
  tmux.type("y");
  tmux.press({"Enter"});
  tmux.wait_for("trusted from now on");
  tmux.wait_for("back to the list");
  tmux.press({"Enter"});
  tmux.wait_for("Quit");
  tmux.press({"F5"});
  EXPECT_THAT(tmux.wait_for("here: ok, "), HasSubstr("log in        ok"));
  tmux.press({"Enter"});
  tmux.wait_for("Quit");
  tmux.press({"Escape"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("ended 0"), HasSubstr("modes kept")));
}

TEST_F(OnATerminal, HostsAreImportedAfterTheyWereShown) {
  place_.write(two_hosts);
  std::filesystem::create_directory(place_.home.path() / ".ssh");
  place_.home.write(".ssh/config", "Host web1 new1\n  HostName 198.51.100.7\n  User ann\n");
  auto& tmux = start();
  tmux.wait_for("deploy@192.0.2.10");
  tmux.press({"F7"});
  tmux.wait_for("are taken from");
  tmux.press({"Enter"});
  EXPECT_THAT(tmux.wait_for("Save this?"), AllOf(HasSubstr("+  new1:"), Not(HasSubstr("+  web1:"))));
  tmux.press({"Enter"});
  tmux.wait_for("ann@198.51.100.7");
  EXPECT_EQ(place_.text(), std::string(two_hosts) + "  new1:\n    host: 198.51.100.7\n    user: ann\n");
}

TEST_F(OnATerminal, SomeoneElsesChangeIsNotOverwritten) {
  place_.write(two_hosts);
  auto& tmux = start();
  tmux.wait_for("deploy@192.0.2.10");
  tmux.press({"DC"});
  tmux.wait_for("Delete web1?");
  place_.write(std::string(two_hosts) + "# by hand\n");
  tmux.press({"Tab", "Enter"});
  EXPECT_THAT(tmux.wait_for("It did not work"), HasSubstr("was changed by"));
  EXPECT_EQ(place_.text(), std::string(two_hosts) + "# by hand\n");
}

}  // namespace
}  // namespace mcpssh::test
