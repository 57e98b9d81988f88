// The emergency stop with many sessions open: all of them end, nothing new begins, and a restart changes
// nothing. `./dev bench ssh stop` does it with a thousand, and measures.
#include <iomanip>
#include <sstream>

#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using Clock = std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::size_t many = 60;

class ManySessions : public testing::Test {
 protected:
  McpSsh start() {
    std::string hosts;
    for (std::size_t i = 0; i < many; ++i)
      hosts += host_entry("h" + std::to_string(many + i), sshd_.port(), sshd_.user(), by_key(sshd_.key()),
                          "    groups: [fleet]\n");
    McpSsh::Options options;
    options.hosts_yaml = trusting(hosts, files_.write("known_hosts", sshd_.known_hosts()).string());
    options.env = {{"XDG_STATE_HOME", state_.path().string()}};
    return McpSsh(std::move(options));
  }
  static std::size_t open_on(McpSsh& server) {
    const auto answer = server.call("ssh_list_sessions", "{}");
    std::size_t count = 0;
    for (const auto& session : answer.structured.at("sessions").as_array())
      count += base::find_string(session.as_object(), "kind") == "connection" ? 1 : 0;
    return count;
  }
  /// As the sshd sees it: connections to its port that are established.
  [[nodiscard]] std::size_t open_at_sshd() const {
    std::ostringstream port;
    port << std::hex << std::uppercase << std::setw(4) << std::setfill('0') << sshd_.port();
    std::ifstream table("/proc/net/tcp");
    std::size_t count = 0;
    for (std::string line; std::getline(table, line);)
      if (line.find("0100007F:" + port.str() + " 0100007F:") != std::string::npos &&
          line.find(" 01 ", 30) != std::string::npos)
        ++count;
    return count;
  }
  static std::string on(const std::string& hosts, const std::string& command, const std::string& more = {}) {
    return R"({"host":")" + hosts + R"(","command":")" + command + "\"" + more + "}";
  }

  OpensshServer sshd_{{.config = {"MaxStartups 2000"}, .match_blocks = {}, .groups = {}}};
  TempDir files_, state_;
};

TEST_F(ManySessions, AllEndAndNothingNewBeginsAlsoAfterARestart) {
  {
    auto server = start();
    server.call("ssh_run", on("@fleet", "true", R"(,"parallel":8)"));
    ASSERT_EQ(open_on(server), many);
    server.call("ssh_shell", on("h60", "echo a shell"));
    EXPECT_GE(open_at_sshd(), many);

    EXPECT_EQ(server.cli({"freeze"}).exit_code, 0);
    EXPECT_EQ(server.call("ssh_run", on("h119", "true")).fact("state"), "refused");
    EXPECT_EQ(open_on(server), many) << "a freeze is no stop";

    const auto stopping = Clock::now();
    const auto stopped = server.cli({"stop", "--all"});
    const auto took = Clock::now() - stopping;
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
    EXPECT_THAT(stopped.out, HasSubstr("1 shell "));
    EXPECT_LT(took, std::chrono::seconds(20));
    EXPECT_EQ(open_on(server), 0U);
    ASSERT_TRUE(comes_true(server, [&] { return open_at_sshd() == 0; })) << open_at_sshd();
    for (const auto* host : {"h60", "h119", "@fleet"})
      EXPECT_THAT(server.call("ssh_run", on(host, "true")).text, HasSubstr("operators.frozen")) << host;
    EXPECT_EQ(open_on(server), 0U);
    server.process().signal(SIGKILL);
    server.process().wait();
  }
  auto server = start();
  EXPECT_EQ(server.call("ssh_run", on("h60", "true")).fact("state"), "refused");
  EXPECT_EQ(server.cli({"thaw"}).exit_code, 0);
  EXPECT_EQ(server.call("ssh_run", on("h60", "true")).fact("state"), "exited");
}

}  // namespace
}  // namespace mcpssh::test
