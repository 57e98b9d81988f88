// ssh_run with a directory, variables, stdin, sudo and a terminal: run as asked, judged as a whole, recorded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ExecOptions : public testing::Test {
 protected:
  ExecOptions() : server_(options()) {}
  McpSsh::Options options() {
    McpSsh::Options made;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    made.hosts_yaml = trusting(
        host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())) +
            host_entry("app", sshd_.port(), sshd_.user(), by_key(sshd_.key()),
                       "    workdir: " + files_.path().string() + "\n    env: {COLOUR: green, SIZE: '1'}\n") +
            host_entry("sw1", sshd_.port(), sshd_.user(), by_key(sshd_.key()), "    shell: cli\n"),
        known.string());
    return made;
  }
  ToolAnswer run(const std::string& rest) {
    return server_.call("ssh_run", "{\"host\":\"web1\"," + rest + "}");
  }

  OpensshServer sshd_;
  TempDir files_;
  McpSsh server_;
};

TEST_F(ExecOptions, RunsInTheDirectoryAndSaysWhenThereIsNone) {
  const std::string here = files_.path().string();
  EXPECT_THAT(run(R"("command":"pwd","cwd":")" + here + "\"").text, HasSubstr("\n" + here + "\n"));
  const auto missing = run(R"("command":"pwd","cwd":"/no/such/place")");
  EXPECT_EQ(missing.fact("state"), "never_started") << missing.text;
  EXPECT_THAT(missing.text, StartsWith("web1: never started: "));
}

TEST_F(ExecOptions, SetsVariablesOverThoseOfTheHost) {
  EXPECT_THAT(run(R"("command":"echo \"$A|$B\"","env":{"A":"it's one","B":"$HOME"})").text,
              HasSubstr("\nit's one|$HOME\n"));
  const auto answer =
      server_.call("ssh_run", R"({"host":"app","command":"echo $COLOUR $SIZE; pwd","env":{"SIZE":"2"}})");
  EXPECT_THAT(answer.text, HasSubstr("\ngreen 2\n" + files_.path().string() + "\n"));
}

TEST_F(ExecOptions, GivesStdinAndItsEnd) {
  EXPECT_THAT(run(R"("command":"cat; echo end","stdin":"one\ntwo\n")").text, HasSubstr("\none\ntwo\nend\n"));
  const auto counted = run("\"command\":\"wc -c\",\"stdin\":\"" + std::string(300'000, 'x') + "\"");
  EXPECT_THAT(counted.text, HasSubstr("\n300000\n"));
}

TEST_F(ExecOptions, SudoRunsAsTheUserThatIsNamed) {
  EXPECT_THAT(run(R"("command":"id -un","sudo_user":"nobody")").text, HasSubstr("\nnobody\n"));
  EXPECT_THAT(run(R"("command":"id -un","sudo":true)").text, HasSubstr("\nroot\n"));
  EXPECT_THAT(run(R"("command":"cd / && id -un | tr a-z A-Z","sudo_user":"nobody","stdin":"x")").text,
              HasSubstr("\nNOBODY\n"));
  const auto unknown = run(R"("command":"id","sudo_user":"no-such-user-here")");
  EXPECT_NE(unknown.fact("exit_code"), "0") << unknown.text;
}

TEST_F(ExecOptions, ATerminalIsThereWhenAskedFor) {
  EXPECT_THAT(run(R"("command":"test -t 1 && echo a terminal","tty":true)").text, HasSubstr("a terminal"));
  EXPECT_THAT(run(R"("command":"test -t 1 || echo none")").text, HasSubstr("\nnone\n"));
}

TEST_F(ExecOptions, WhatStandsAroundACommandIsJudgedWithIt) {
  for (const char* dangerous :
       {R"("command":"sh","stdin":"cd / && rm -rf *")", R"("command":"rm -rf *","cwd":"/")",
        R"("command":"rm -rf \"$T\"","env":{"T":"/etc"})",
        R"("command":"ls","env":{"LD_PRELOAD":"/tmp/x.so"})", R"("command":"rm -rf /etc","sudo":true)"}) {
    const auto answer = run(dangerous);
    EXPECT_EQ(answer.fact("state"), "refused") << dangerous << answer.text;
  }
  EXPECT_TRUE(records_with(server_, "kind", "begin").empty());
}

TEST_F(ExecOptions, TheRecordNamesThemAndKeepsTheirValues) {
  const auto answer =
      run(R"("command":"cat","cwd":"/tmp","env":{"API_NAME":"secret-value-1"},"stdin":"secret-value-2")");
  EXPECT_EQ(answer.fact("exit_code"), "0") << answer.text;
  const auto begins = records_with(server_, "kind", "begin");
  ASSERT_EQ(begins.size(), 1u);
  const auto text = base::json::serialize(begins[0]);
  EXPECT_THAT(text, HasSubstr("in /tmp; env API_NAME; stdin 14 bytes sha256 "));
  EXPECT_THAT(text, Not(HasSubstr("secret-value")));
}

TEST_F(ExecOptions, DevicesRefuseThemClearly) {
  const auto answer = server_.call("ssh_run", R"({"host":"sw1","command":"show version","cwd":"/"})");
  EXPECT_THAT(answer.text, StartsWith("sw1: never started: "));
  EXPECT_THAT(answer.text, HasSubstr("POSIX shell"));
}

}  // namespace
}  // namespace mcpssh::test
