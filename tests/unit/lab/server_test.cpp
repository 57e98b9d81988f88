#include "lab/server.hpp"

#include <gmock/gmock.h>
#include <libssh/libssh.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "ssh_client.hpp"

namespace mcpssh::lab {
namespace {
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Only a bound on how long a broken test hangs.
constexpr int patience = 20'000;

class LabLogin : public WithServer {};
class LabPosix : public WithServer {};
class LabSwitch : public WithServer {};
class LabServer : public WithServer {};

TEST_F(LabLogin, ByKey) {
  const Ran ran = ssh("lea", "echo hello", "-o PasswordAuthentication=no");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "hello\n");
}

TEST_F(LabLogin, ByPassword) {
  EXPECT_EQ(ssh_by_password("lea", "pass phrase").out, "hello\n");
}

TEST_F(LabLogin, WrongPasswordsNamesAndKeysAreRefused) {
  for (const auto& [user, password] : std::vector<std::pair<std::string, std::string>>{
           {"lea", "wrong"}, {"lea", ""}, {"nobody", "pass phrase"}, {"kim", ""}}) {
    const Ran ran = ssh_by_password(user, password);
    EXPECT_NE(ran.status, 0) << user;
    EXPECT_EQ(ran.out, "");
  }
  base::replace_file(directory_ / "key", make_key_pair().private_pem);
  const Ran ran = ssh("lea", "echo hello");
  EXPECT_EQ(ran.status, 255);
  EXPECT_THAT(ran.err, HasSubstr("Permission denied"));
}

TEST_F(LabLogin, AKeyPairIsOneOpenSshAccepts) {
  const KeyPair pair = make_key_pair();
  EXPECT_THAT(pair.private_pem, StartsWith("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
  base::replace_file(directory_ / "fresh", pair.private_pem);
  EXPECT_EQ(base::trim(run("ssh-keygen -y -f " + (directory_ / "fresh").string()).out), pair.public_line);
}

TEST_F(LabPosix, ExitStatusAndStderrApart) {
  const Ran ran = ssh("lea", "echo out; echo err >&2; exit 7");
  EXPECT_EQ(ran.status, 7);
  EXPECT_EQ(ran.out, "out\n");
  EXPECT_EQ(ran.err, "err\n");
}

TEST_F(LabPosix, StdinReachesTheCommandAndEnds) {
  EXPECT_EQ(ssh("lea", "cat; echo done", {}, "one\ntwo\n").out, "one\ntwo\ndone\n");
}

TEST_F(LabPosix, MegabytesBothWaysArriveWhole) {
  const std::string big(5'000'000, 'x');
  const Ran ran = ssh("lea", "cat", {}, big);
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(ran.out == big);
}

TEST_F(LabPosix, ACommandThatReadsNothingDoesNotHang) {
  EXPECT_EQ(ssh("lea", "exec <&-; echo deaf", {}, std::string(3'000'000, 'x')).out, "deaf\n");
}

TEST_F(LabPosix, StartsInItsDirectoryWithItsOwnEnvironmentOnly) {
  ASSERT_EQ(::setenv("LAB_SECRET", "leaked", 1), 0);
  const Ran ran = ssh("lea", "pwd; env | sort");
  const std::string home = (directory_ / "home").string();
  EXPECT_EQ(ran.out, home + "\nHOME=" + home + "\nLANG=C.UTF-8\n" +
                         "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPWD=" + home +
                         "\nTERM=dumb\nUSER=lea\n");
}

TEST_F(LabPosix, NoDescriptorOfTheServerIsInherited) {
  EXPECT_EQ(ssh("lea", "ls /proc/self/fd | wc -w").out, "4\n") << "0, 1, 2 and the one of ls";
}

TEST_F(LabPosix, DeathBySignalIsReported) {
  EXPECT_EQ(ssh("lea", "kill -TERM $$").status, 255) << "OpenSSH's client shows an exit-signal as 255";
}

TEST_F(LabPosix, ATerminalShellKeepsItsState) {
  const Ran ran =
      ssh("lea", {}, "-tt", "stty -echo\ncd /usr\npwd\ntest -t 0 && echo on a terminal\nexit 3\n");
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("/usr\r\n"), HasSubstr("on a terminal\r\n")));
}

TEST_F(LabPosix, ACommandOnATerminalKnowsItsSizeAndType) {
  const Ran ran = run("TERM=vt220 script -qec " +
                      base::shell_quote("stty rows 33 cols 77; " + client("-o BatchMode=yes -t") +
                                        "lea@127.0.0.1 'stty size; echo $TERM'") +
                      " /dev/null");
  EXPECT_THAT(ran.out, AllOf(HasSubstr("33 77\r\n"), HasSubstr("vt220\r\n")));
}

TEST_F(LabPosix, AShellWithoutATerminalReadsItsScriptFromStdin) {
  EXPECT_EQ(ssh("lea", {}, "-T", "echo $((6*7))\nexit 4\n").out, "42\n");
}

TEST_F(LabPosix, SftpWorksThroughTheSubsystem) {
  base::replace_file(directory_ / "home" / "there", "contents");
  const Ran ran = run("sftp -q -b - -s sftp -P " + std::to_string(server_->port()) + " -o BatchMode=yes -i " +
                          (directory_ / "key").string() + " -o UserKnownHostsFile=" +
                          (directory_ / "known_hosts").string() + " -F /dev/null lea@127.0.0.1",
                      "get there " + (directory_ / "here").string() + "\n");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(base::read_file(directory_ / "here", 100), "contents");
}

/// Each of the five waits for the one before, so that none ends unless all run at once.
TEST_F(LabPosix, FiveChannelsOfOneConnectionRunAtOnce) {
  const std::string socket = (directory_ / "mux").string();
  for (int i = 1; i <= 5; ++i)
    ASSERT_EQ(::mkfifo((directory_ / "home" / std::to_string(i)).c_str(), 0600), 0);
  ASSERT_EQ(run(client("-o BatchMode=yes -f -N -M -S " + socket) + "lea@127.0.0.1 >/dev/null 2>&1").status,
            0);
  std::vector<FILE*> clients;
  for (int i = 1; i <= 4; ++i)
    clients.push_back(start_ssh("lea", "read x <" + std::to_string(i) + "; echo $x >" + std::to_string(i + 1),
                                "-S " + socket));
  clients.push_back(start_ssh("lea", "echo round >1; cat 5", "-S " + socket));
  EXPECT_EQ(next_line(clients.back()), "round");
  for (FILE* one : clients) EXPECT_EQ(::pclose(one), 0);
  EXPECT_EQ(server_->connections_seen(), 1U);
  EXPECT_EQ(run(client("-O exit -S " + socket) + "lea@127.0.0.1").status, 0);
}

TEST_F(LabPosix, AChannelSignalReachesTheProcessGroup) {
  const std::unique_ptr<ssh_session_struct, decltype(&ssh_free)> session(ssh_new(), &ssh_free);
  const unsigned port = server_->port();
  const bool no_config = false;
  ssh_options_set(session.get(), SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(session.get(), SSH_OPTIONS_PORT, &port);
  ssh_options_set(session.get(), SSH_OPTIONS_PROCESS_CONFIG, &no_config);
  ASSERT_EQ(ssh_connect(session.get()), SSH_OK) << ssh_get_error(session.get());
  ASSERT_EQ(ssh_userauth_password(session.get(), "lea", "pass phrase"), SSH_AUTH_SUCCESS);
  ssh_channel channel = ssh_channel_new(session.get());
  ASSERT_EQ(ssh_channel_open_session(channel), SSH_OK);
  ASSERT_EQ(ssh_channel_request_exec(channel, "trap 'echo caught; exit 9' TERM; echo ready; sleep 1000"),
            SSH_OK);
  std::array<char, 100> bytes{};
  ASSERT_EQ(ssh_channel_read(channel, bytes.data(), bytes.size(), 0), 6);
  ASSERT_EQ(ssh_channel_request_send_signal(channel, "TERM"), SSH_OK);
  EXPECT_EQ(ssh_channel_read(channel, bytes.data(), bytes.size(), 0), 7);
  EXPECT_EQ(ssh_channel_get_exit_status(channel), 9);
  ssh_channel_free(channel);
  ssh_disconnect(session.get());
}

TEST_F(LabPosix, WhatRunsDiesWithItsConnection) {
  FILE* client_output = start_ssh("lea", "echo $$ > pid; sleep 1000 & echo $!; wait");
  const Witness sleeper(next_line(client_output));
  EXPECT_FALSE(sleeper.saw_it_end());
  server_.reset();
  EXPECT_TRUE(sleeper.saw_it_end(patience));
  EXPECT_NE(::pclose(client_output), 0);
  EXPECT_TRUE(is_gone(base::read_file(directory_ / "home" / "pid", 100)));
}

TEST_F(LabPosix, JobsOfATerminalShellDieWithTheServer) {
  FILE* client_output = start_ssh("lea", "set -m; sleep 1000 & echo $!; wait", "-tt");
  const Witness job(next_line(client_output));
  EXPECT_FALSE(job.saw_it_end());
  server_.reset();
  EXPECT_NE(::pclose(client_output), 0);
  EXPECT_TRUE(job.saw_it_end(patience));
}

TEST_F(LabSwitch, AConversationOverATerminal) {
  const Ran ran =
      ssh("ned", {}, "-tt",
          "enable\nlab\nterminal length 0\nshow running-config\nconf t\nhostname core-2\nend\nexit\n");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("switch1>enable\r\nPassword: \r\nswitch1#terminal length 0\r\n"),
                             HasSubstr(" description uplink to switch1# do not touch\r\n"),
                             HasSubstr("core-2(config)#end\r\ncore-2#exit\r\n")));
}

TEST_F(LabSwitch, PagesAsLongAsTheTerminalIsHigh) {
  const Ran ran = ssh("ned", {}, "-tt", "enable\nlab\nshow running-config\nqexit\n");
  EXPECT_THAT(ran.out, HasSubstr(" --More-- "));
}

TEST_F(LabSwitch, AnExecChannelRunsOneCommand) {
  const Ran ran = ssh("ned", "show version");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, AllOf(StartsWith("\r\nLab IOS Software"), Not(HasSubstr("switch1#"))));
  EXPECT_THAT(ssh("ned", "show nonsense").out, HasSubstr("% Invalid input"));
}

TEST_F(LabSwitch, HasNoSubsystems) {
  EXPECT_NE(ssh("ned", "sftp", "-s").status, 0);
}

TEST_F(LabServer, AChangedHostKeyIsNoticedByTheClient) {
  const std::string before = server_->host_key();
  EXPECT_THAT(before, StartsWith("ssh-ed25519 AAAA"));
  server_->change_host_key();
  EXPECT_NE(server_->host_key(), before);
  EXPECT_THAT(ssh("lea", "true").err, HasSubstr("HOST IDENTIFICATION HAS CHANGED"));
  trust_host_key();
  EXPECT_EQ(ssh("lea", "true").status, 0);
}

TEST_F(LabServer, OtherHostKeyTypes) {
  for (const char* type : {"ecdsa", "rsa"}) {
    server_ = Server::start({.users = {{.name = "lea", .password = "pass phrase"}}, .host_key_type = type});
    trust_host_key();
    EXPECT_EQ(ssh_by_password("lea", "pass phrase").out, "hello\n") << type;
  }
  EXPECT_THROW(Server::start({.users = {}, .host_key_type = "dsa"}), base::Error);
}

TEST_F(LabServer, ATakenPortIsAnError) {
  EXPECT_THROW(Server::start({.users = {}, .port = server_->port()}), base::Error);
}

TEST_F(LabServer, ClientsThatSpeakNoSshAreShownOut) {
  const Ran noise = run("head -c 100000 /dev/urandom | timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/" +
                        std::to_string(server_->port()) + "; cat >&3'");
  EXPECT_NE(noise.status, 124) << "the connection stayed open";
  EXPECT_EQ(ssh("lea", "echo hello").out, "hello\n");
}

TEST_F(LabServer, ManyClientsAtOnce) {
  std::vector<FILE*> clients(12);
  for (std::size_t i = 0; i < clients.size(); ++i) clients[i] = start_ssh("lea", "echo " + std::to_string(i));
  for (std::size_t i = 0; i < clients.size(); ++i) {
    EXPECT_EQ(next_line(clients[i]), std::to_string(i));
    EXPECT_EQ(::pclose(clients[i]), 0);
  }
  EXPECT_EQ(server_->connections_seen(), 12U);
}

TEST_F(LabServer, EndsAtOnceWithASilentClient) {
  FILE* silent = ::popen(("bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(server_->port()) +
                          "; head -c 4 <&3; echo; cat <&3 >/dev/null'")
                             .c_str(),
                         "r");
  EXPECT_EQ(next_line(silent), "SSH-");
  server_.reset();
  EXPECT_EQ(::pclose(silent), 0);
}

}  // namespace
}  // namespace mcpssh::lab
