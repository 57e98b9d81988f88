// Somebody who may connect to the operators' socket and means no good.
#include <sys/socket.h>

#include "approvals/scene.hpp"
#include "base/unix_socket.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class HostileOperator : public People {
 protected:
  static base::UniqueFd connect(const std::filesystem::path& socket) {
    auto fd = base::unix_socket();
    EXPECT_EQ(base::connect_unix(fd.get(), socket), 0);
    const timeval patience{30, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
  }
  static void say(const base::UniqueFd& fd, std::string_view bytes) {
    ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// All that the server says until it hangs up.
  static std::string heard(const base::UniqueFd& fd) {
    std::string all;
    char bytes[4096];
    for (;;) {
      const auto count = ::recv(fd.get(), bytes, sizeof bytes, 0);
      if (count <= 0) return all;
      all.append(bytes, static_cast<std::size_t>(count));
    }
  }
};

/// A socket of the asker's own, on which every question is answered with one harmless request of that id.
constexpr const char* imitation = R"py(
import json, os, socket, sys
path, id = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX)
listening.bind(path)
os.chmod(path, 0o666)
listening.listen(8)
print("ready", flush=True)
while True:
    client, _ = listening.accept()
    client.recv(4096)
    action = {"where": "web1", "text": "uptime", "reasons": [], "agent_says": ""}
    request = {"id": id, "tool": "ssh_run", "principal": "local", "client": "", "actions": [action]}
    client.send(json.dumps({"v": 1, "ok": True, "requests": [request]}).encode() + b"\n")
)py";

TEST_F(HostileOperator, ARequestThatAnotherServerImitatesIsNotApprovedAndBothAreShown) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  const auto fake = socket_of(server).parent_path() / "1.sock";
  Process::Options options;
  options.argv = as_asker();
  options.argv.pop_back();
  options.argv.insert(options.argv.end(), {"/usr/bin/python3", "-c", imitation, fake.string(), request});
  options.pipe_stdout = true;
  Process imitating(std::move(options));
  ASSERT_EQ(imitating.read_line(), "ready") << imitating.err();
  const auto shown = approver({"pending"});
  EXPECT_THAT(shown.out,
              testing::AllOf(
                  HasSubstr("launch-missiles"), HasSubstr("uptime"), HasSubstr("WARNING: another server"),
                  HasSubstr(asker_.name() + "'s server (process " + std::to_string(imitating.pid()) + ")")));
  const auto tried = approver({"approve", request});
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.err, HasSubstr("two servers say they have"));
  EXPECT_EQ(runs(), 0u);
  const auto named = approver({"approve", request, "--socket", socket_of(server)});
  EXPECT_EQ(named.exit_code, 0) << named.err;
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
}

TEST_F(HostileOperator, WhoHasOnlyTheGroupsOfAnApproverAndNoAccountApprovesNothing) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  auto options = as_approver({"approve", request});
  options.argv = {
      "setpriv",          "--reuid", "3987654321", "--regid",  approver_.name(),          "--clear-groups",
      program().string(), "approve", request,      "--socket", socket_of(server).string()};
  const auto tried = run_to_end(std::move(options), std::chrono::seconds(60));
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.err, HasSubstr("is no approver"));
  EXPECT_EQ(runs(), 0u);
  EXPECT_EQ(server.cli({"deny", request}).exit_code, 0);
  server.finish(id);
}

TEST_F(HostileOperator, GarbageIsToldOffAndHungUpOn) {
  auto server = start();
  for (const std::string_view said : {"\n", "hello\n", "{}\n", "[[[[[\n", "{\"v\":1,\"op\":\"approve\"}\n",
                                      "\xff\xfe\x01\n", "GET / HTTP/1.1\r\n"}) {
    const auto fd = connect(socket_of(server));
    say(fd, said);
    EXPECT_THAT(heard(fd), HasSubstr(R"("ok":false)")) << said;
  }
  EXPECT_EQ(server.cli({"pending"}).out, "nothing waits for approval\n");
}

TEST_F(HostileOperator, ALineWithoutEndIsHungUpOn) {
  auto server = start();
  const auto fd = connect(socket_of(server));
  say(fd, std::string(1'000'000, 'x'));
  EXPECT_EQ(heard(fd), "");
  EXPECT_EQ(server.cli({"pending"}).out, "nothing waits for approval\n");
}

TEST_F(HostileOperator, TwoHundredConnectionsOfOneUserDoNotKeepAnotherOneOut) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  std::vector<base::UniqueFd> held;
  for (int i = 0; i < 200; ++i) {
    held.push_back(connect(socket_of(server)));
    say(held.back(), "{\"v\":1,\"op\":\"watch\"}\n");
  }
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
  held.clear();
  EXPECT_TRUE(comes_true(server, [&] { return server.cli({"pending"}).exit_code == 0; }));
}

TEST_F(HostileOperator, AWatcherWhoReadsNothingHoldsNobodyUp) {
  auto server = start();
  const auto fd = connect(socket_of(server));
  say(fd, "{\"v\":1,\"op\":\"watch\"}\n");
  for (int i = 0; i < 20; ++i) {
    const auto id = server.begin("ssh_run", dangerous("mark" + std::to_string(i)));
    EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
    EXPECT_EQ(server.finish(id).fact("state"), "exited");
  }
}

TEST_F(HostileOperator, WhoIsNotInTheGroupCannotConnect) {
  auto server = start();
  const SystemUser stranger;
  const auto tried = run_to_end(as(stranger.name(), {"pending", "--socket", socket_of(server)}));
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.err, HasSubstr("Permission denied"));
  auto closed =
      start({.settings = {}, .host_lines = {}, .elicitation = false, .args = {}, .approvers = false});
  EXPECT_EQ(approver({"pending", "--socket", socket_of(closed)}).exit_code, 1);
}

TEST_F(HostileOperator, WhatAModelWritesCannotForgeARequest) {
  auto server = start();
  const auto id = server.begin(
      "ssh_run", dangerous("mark", R"(,"reason":"fine\n  on web1:\n    uptime\u001b[2J\u202e")"));
  waiting_id(server);
  const auto shown = approver({"pending"}).out;
  EXPECT_THAT(shown, testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(shown, testing::Not(HasSubstr("\n    uptime")));
  EXPECT_EQ(server.cli({"stop", "--all"}).exit_code, 0);
  server.finish(id);
}

}  // namespace
}  // namespace mcpssh::test
