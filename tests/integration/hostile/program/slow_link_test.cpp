// A link of 64 kbit/s (reliability.md N6): who waits is told that it goes on, and a cancel is not stuck
// behind the output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"
#include "support/openssh_server.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {

/// The process that has `word` among its arguments; 0 when there is none.
int process_with(const std::string& word) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string arguments(std::istreambuf_iterator<char>(file), {});
    for (const auto argument : base::split(arguments, '\0'))
      if (argument == word) return std::stoi(entry.path().filename());
  }
  return 0;
}

/// A handle on a process of this machine that becomes readable when it has ended.
base::UniqueFd watch(int pid) {
  return base::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

class SlowLink : public testing::Test {
 protected:
  static Relay::Options slow() {
    Relay::Options options;
    options.bytes_per_second = 64'000 / 8;
    return options;
  }
  [[nodiscard]] McpSsh::Options facing_link() const {
    McpSsh::Options options;
    const auto known = directory_.write("known_hosts", "[127.0.0.1]:" + std::to_string(link_.port()) + " " +
                                                           server_.host_keys().front() + "\n");
    options.hosts_yaml =
        trusting(host_entry("far1", link_.port(), server_.user(), by_key(server_.key())), known.string());
    return options;
  }

  TempDir directory_;
  const OpensshServer server_;
  const Relay link_{server_.port(), slow()};
};

TEST_F(SlowLink, ProgressIsToldAndACancelIsQuick) {
  McpSsh program(facing_link());
  ASSERT_FALSE(program.call("ssh_connect", R"({"host":"far1"})").is_error);
  const std::string seconds = std::to_string(200'000 + ::getpid());
  program.process().write(
      R"({"jsonrpc":"2.0","id":"slow","method":"tools/call","params":{"name":"ssh_run","arguments":{"host":"far1",)"
      R"("command":"(while sleep 0.2; do echo $(seq 1 40); done) & sleep )" +
      seconds + R"("},"_meta":{"progressToken":"p"}}})" + "\n");
  int told = 0;
  while (told < 2) {
    const auto line = program.process().read_line(std::chrono::seconds(30));
    ASSERT_TRUE(line.has_value()) << program.log();
    const auto value = base::json::parse(*line);
    if (base::find_string(value.as_object(), "method") == "notifications/progress") ++told;
  }
  const int pid = process_with(seconds);
  ASSERT_GT(pid, 0) << "the command does not run";
  const auto process = watch(pid);
  ASSERT_TRUE(process);
  EXPECT_GT(link_.bytes_to_client(), 4000U) << "nothing came over the link meanwhile";

  program.process().write(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"slow"}})"
      "\n");
  pollfd ended{process.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 1000), 1) << "the command still runs a second after the cancel";
  // The link is usable, and so is the program.
  EXPECT_FALSE(program.call("ssh_run", R"({"host":"far1","command":"true"})").is_error);
}

}  // namespace
}  // namespace mcpssh::test
