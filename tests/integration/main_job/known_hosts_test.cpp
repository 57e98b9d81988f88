// Which files say whose key it is, and what `mcp-ssh hosts forget` can do about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class KnownHostsFiles : public testing::Test {
 protected:
  McpSsh start(const std::string& system_file) {
    McpSsh::Options options;
    options.hosts_yaml = "hosts:\n" + host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())) +
                         "settings:\n  system_known_hosts: " + system_file + "\n";
    return McpSsh(std::move(options));
  }
  static ToolAnswer run(McpSsh& server) {
    return server.call("ssh_run", R"({"host":"web1","command":"echo in"})");
  }
  OpensshServer sshd_;
  TempDir files_;
};

TEST_F(KnownHostsFiles, TheSystemsFileIsEnoughAndForgettingSaysThatItStays) {
  const auto system = files_.write("system", sshd_.known_hosts());
  auto server = start(system.string());
  EXPECT_THAT(run(server).text, HasSubstr("in\n"));
  EXPECT_THAT(server.cli({"hosts", "trust", "web1", "--yes"}).out, HasSubstr("already trusted"));
  EXPECT_THAT(server.cli({"hosts", "forget", "web1"}).out,
              HasSubstr("still on record in " + system.string()));
  EXPECT_EQ(base::read_file(system, 65'536), sshd_.known_hosts());
}

TEST_F(KnownHostsFiles, KnownHosts2OfTheUserIsReadToo) {
  auto server = start((files_.path() / "none").string());
  EXPECT_TRUE(run(server).is_error);
  std::filesystem::create_directories(server.home() / ".ssh");
  base::replace_file(server.home() / ".ssh/known_hosts2", sshd_.known_hosts());
  EXPECT_THAT(run(server).text, HasSubstr("in\n"));
}

TEST_F(KnownHostsFiles, AKeyTheSystemRevokesIsNeitherUsedNorTrusted) {
  const auto system = files_.write("system", "@revoked * " + sshd_.host_keys()[0] + "\n");
  auto server = start(system.string());
  EXPECT_THAT(run(server).text, HasSubstr("is revoked in " + system.string()));
  const auto trusted = server.cli({"hosts", "trust", "web1", "--yes"});
  EXPECT_NE(trusted.exit_code, 0);
  EXPECT_THAT(trusted.out, HasSubstr("@revoked"));
  EXPECT_FALSE(exists(server.home() / ".ssh/known_hosts"));
}

}  // namespace
}  // namespace mcpssh::test
