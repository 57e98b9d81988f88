// The test servers themselves: they answer, and they leave nothing behind, however the test ends.
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/json.hpp"
#include "support/dropbear_server.hpp"
#include "support/frr_router.hpp"
#include "support/openssh_server.hpp"

namespace mcpssh::test {
namespace {

/// OpenSSH's own client, strict about the host key: what our client is compared with.
Finished ssh(const TempDir& directory, std::uint16_t port, const std::string& known_hosts,
             const std::string& user, const ClientKey& key, const std::string& command) {
  const auto hosts = directory.write("known_hosts", known_hosts);
  return run({"ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o",
              "UserKnownHostsFile=" + hosts.string(), "-o", "IdentitiesOnly=yes", "-i", key.path.string(),
              "-p", std::to_string(port), user + "@127.0.0.1", command});
}

bool user_exists(const std::string& name) {
  return ::getpwnam(name.c_str()) != nullptr;
}

TEST(Process, ReportsExitCodesSignalsAndBothStreams) {
  EXPECT_EQ(run({"sh", "-c", "echo out; echo err >&2; exit 7"}).exit_code, 7);
  const auto finished = run({"sh", "-c", "echo out; echo err >&2; kill -TERM $$"});
  EXPECT_EQ(finished.exit_code, 128 + SIGTERM);
  EXPECT_EQ(finished.out, "out\n");
  EXPECT_EQ(finished.err, "err\n");
}

TEST(Process, TalksByLinesAndSurvivesTheOtherSidesDeath) {
  Process::Options options;
  options.argv = {"sh", "-c", "read line; echo got $line; exit 0"};
  options.pipe_stdout = true;
  Process child(std::move(options));
  child.write("ping\n");
  EXPECT_EQ(child.read_line(), "got ping");
  EXPECT_EQ(child.read_line(), std::nullopt);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_THROW(child.write("more\n"), std::system_error);
}

TEST(OpensshServer, LogsInWithItsKeyAndRunsCommands) {
  const OpensshServer server;
  const auto answer = ssh(server.directory(), server.port(), server.known_hosts(), server.user(),
                          server.key(), "echo hello; exit 3");
  EXPECT_EQ(answer.out, "hello\n") << answer.err << server.log();
  EXPECT_EQ(answer.exit_code, 3);
}

TEST(OpensshServer, ShowsOtherHostKeysAfterTheyWereChanged) {
  OpensshServer server;
  const std::string before = server.known_hosts();
  server.change_host_keys();
  EXPECT_NE(server.known_hosts(), before);
  const auto refused = ssh(server.directory(), server.port(), before, server.user(), server.key(), "true");
  EXPECT_EQ(refused.exit_code, 255);
  const auto taken =
      ssh(server.directory(), server.port(), server.known_hosts(), server.user(), server.key(), "true");
  EXPECT_EQ(taken.exit_code, 0) << taken.err;
}

TEST(OpensshServer, CutsOpenConnections) {
  const OpensshServer server;
  const auto hosts = server.directory().write("known_hosts", server.known_hosts());
  Process::Options options;
  options.argv = {"ssh",
                  "-F",
                  "none",
                  "-o",
                  "UserKnownHostsFile=" + hosts.string(),
                  "-i",
                  server.key().path.string(),
                  "-p",
                  std::to_string(server.port()),
                  server.user() + "@127.0.0.1",
                  "echo ready; exec cat"};
  options.pipe_stdout = true;
  Process client(std::move(options));
  ASSERT_EQ(client.read_line(), "ready") << client.err();
  server.cut_connections();
  EXPECT_EQ(client.wait(), 255);
}

TEST(OpensshServer, MakesAPasswordUserAndRemovesIt) {
  std::string name, home;
  {
    OpensshServer::Options options;
    options.password_user = true;
    const OpensshServer server(std::move(options));
    name = server.password_user().name();
    home = server.password_user().home();
    const auto answer =
        ssh(server.directory(), server.port(), server.known_hosts(), name, server.key(), "whoami; pwd");
    EXPECT_EQ(answer.out, name + "\n" + home + "\n") << answer.err;
    EXPECT_TRUE(user_exists(name));
  }
  EXPECT_FALSE(user_exists(name));
  EXPECT_FALSE(std::filesystem::exists(home));
}

TEST(DropbearServer, RunsCommandsInBusyBoxOnly) {
  const DropbearServer server;
  const TempDir directory;
  const auto answer = ssh(directory, server.port(), server.known_hosts(), server.user().name(), server.key(),
                          "readlink -f $(command -v ls); command -v python3 perl bash");
  EXPECT_TRUE(answer.out.ends_with("/busybox\n")) << answer.out << answer.err << server.log();
}

TEST(FrrRouter, AnswersThroughVtyshOverSsh) {
  const FrrRouter router;
  const TempDir directory;
  const auto routes = ssh(directory, router.port(), router.ssh().known_hosts(), router.user().name(),
                          router.ssh().key(), "show ip route static");
  EXPECT_EQ(routes.exit_code, 0) << routes.err << router.ssh().log();
  EXPECT_NE(routes.out.find("203.0.113.60/32"), std::string::npos) << routes.out;
  const auto bad = ssh(directory, router.port(), router.ssh().known_hosts(), router.user().name(),
                       router.ssh().key(), "show bogus");
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_NE(router.vtysh("show running-config").find("hostname core-rtr1"), std::string::npos);
}

TEST(FrrRouter, LeavesNothingBehindWhenItsProcessIsKilled) {
  Process::Options options;
  options.argv = {TEST_TARGETS, "frr"};
  options.pipe_stdout = true;
  Process target(std::move(options));
  const auto line = target.read_line(60s);
  ASSERT_TRUE(line) << target.err();
  const auto coordinates = base::parse_json(*line);
  ASSERT_TRUE(coordinates) << *line;
  const auto user = base::find_string(coordinates->as_object(), "vty_user").value();
  EXPECT_TRUE(user_exists(user));

  target.signal(SIGKILL);
  target.wait();
  // The reaper is nobody's child: watch its last act, the user's removal, through the lock it takes for it.
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (user_exists(user) && std::chrono::steady_clock::now() < deadline)
    run({"flock", "/tmp/mcpt-users.lock", "true"});
  EXPECT_FALSE(user_exists(user));
}

}  // namespace
}  // namespace mcpssh::test
