// What packaging/systemd promises, and starting from systemd's sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "operations/service.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// The unit files, with the program where it is here.
class Units : public testing::Test {
 protected:
  Units() {
    const auto from = fs::path(MCPSSH_SOURCE_DIR) / "packaging/systemd";
    for (const auto* name : {"mcp-ssh.service", "mcp-ssh.socket"}) {
      std::ifstream file(from / name);
      std::ostringstream text;
      text << file.rdbuf();
      paths.push_back(directory_.write(
          name, std::regex_replace(text.str(), std::regex("/usr/bin/mcp-ssh"), MCPSSH_BINARY)));
    }
  }
  std::vector<fs::path> paths;

 private:
  TempDir directory_;
};

TEST_F(Units, SystemdUnderstandsEveryLine) {
  const auto verified = run({"systemd-analyze", "verify", "--man=no", paths[0].string(), paths[1].string()});
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_EQ(verified.err, "");
}

TEST_F(Units, TheServiceIsExposedToAlmostNothing) {
  const auto judged =
      run({"systemd-analyze", "security", "--offline=true", "--threshold=15", paths[0].string()});
  EXPECT_EQ(judged.exit_code, 0) << judged.out;
}

/// Under it every other user of the operators' socket would look the same, and nobody could approve.
TEST_F(Units, TheServiceSeesWhoIsAtItsSocket) {
  std::ifstream file(paths[0]);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), Not(HasSubstr("\nPrivateUsers=")));
}

/// A client's first connection starts it; then it serves on what it was given.
TEST(SocketActivation, SystemdsSocketIsServed) {
  const TempDir home;
  home.write("hosts.yaml", "hosts: {}\n");
  const Supervisor supervisor(home);
  const auto port = free_port();
  const auto socket = home.path() / "mcp.sock";
  const auto path = home.path().string();
  Process::Options options;
  options.argv = {"systemd-socket-activate", "--listen=127.0.0.1:" + std::to_string(port),
                  "--listen=" + socket.string(), "--fdname=http:mcp"};
  for (const auto& variable :
       {"HOME=" + path, "XDG_STATE_HOME=" + path + "/state", "XDG_CONFIG_HOME=" + path + "/config",
        "MCP_SSH_CONFIG=" + path + "/hosts.yaml", "MCP_AUTH_TOKEN=" + std::string(service_token),
        "NOTIFY_SOCKET=" + supervisor.path})
    options.argv.insert(options.argv.end(), {"--setenv=" + variable});
  options.argv.insert(options.argv.end(), {MCPSSH_BINARY, "serve"});
  Process service(std::move(options));
  const auto url = "http://127.0.0.1:" + std::to_string(port);
  const auto first = run({"curl", "--silent", "--retry-connrefused", "--retry", "50", "--retry-delay", "1",
                          "--max-time", "30", url + "/livez"},
                         std::chrono::seconds(60));
  EXPECT_EQ(first.out, "live\n") << service.err();
  EXPECT_THAT(supervisor.hear("READY=1"), HasSubstr("STATUS=serving HTTP on port " + std::to_string(port)));
  EXPECT_EQ(run({MCPSSH_BINARY, "healthcheck", url}).exit_code, 0);
  EXPECT_THAT(service.err(), HasSubstr("MCP is served on the supervisor's socket"));
  service.signal(SIGTERM);
  supervisor.hear("STOPPING=1");
  EXPECT_EQ(service.wait(), 0);
  EXPECT_TRUE(fs::exists(socket)) << "it is the supervisor's";
}

}  // namespace
}  // namespace mcpssh::test
