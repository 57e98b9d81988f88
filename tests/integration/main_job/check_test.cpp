// What the guard says of a command, for people (`mcp-ssh check`) and for models (ssh_check), and that it is
// what happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class Check : public testing::Test {
 protected:
  McpSsh start(const std::string& host_lines = {}, const std::string& settings = {}) {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key()), host_lines),
                 known.string(), settings);
    return McpSsh(std::move(options));
  }

  OpensshServer sshd_;
  TempDir files_;
};

std::string arguments(const std::string& command) {
  base::json::object out;
  out["host"] = "web1";
  out["command"] = command;
  return base::json::serialize(out);
}

TEST_F(Check, ThePersonAtTheTerminalSeesTheVerdictItsReasonAndTheStatus) {
  auto server = start();
  const auto allowed = server.cli({"check", "--host", "web1", "uptime; df -h"});
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
  EXPECT_THAT(allowed.out, HasSubstr("allow"));
  const auto asks = server.cli({"check", "--host", "web1", "ls; rm -rf /srv/www"});
  EXPECT_EQ(asks.exit_code, 3) << asks.err;
  EXPECT_THAT(asks.out, HasSubstr("fs.remove"));
  EXPECT_THAT(asks.out, HasSubstr("          ^^^^^^^^^^^^^^^")) << "the part that caused it, underlined";
  const auto denied = server.cli({"check", "cd /; sudo rm -fr *"});
  EXPECT_EQ(denied.exit_code, 4) << denied.err;
  const auto unknown = server.cli({"check", "--host", "wbe1", "ls"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("web1"));
}

TEST_F(Check, TheWordsOfACommandArriveAsTheyWereTyped) {
  auto server = start();
  for (const std::string command : {"[ -f x ]", "[a,b]", "[[ x ]]", "{}"}) {
    const auto read_as = [&](const std::string& word) {
      return base::json::parse(server.cli({"check", "--json", word}).out).at("read_as");
    };
    EXPECT_EQ(read_as(command), read_as(" " + command));  // which begins with no bracket
  }
  EXPECT_EQ(server.cli({"check", "[ -f x ]"}).exit_code, 0);
  EXPECT_THAT(server.cli({"check", "rm", "-rf", "/"}).err, HasSubstr("a command goes in quotes"));
}

TEST_F(Check, ManyCommandsAreJudgedFromAFile) {
  auto server = start();
  const auto lines = files_.write(
      "lines.jsonl",
      "{\"id\": 7, \"command\": \"ls\", \"shell\": \"posix\"}\n"
      "{\"id\": \"b\", \"command\": \"wr er\", \"shell\": \"cli\", \"platform\": \"cisco_ios\"}\n");
  const auto judged = server.cli({"check", "--batch", lines.string()});
  EXPECT_EQ(judged.exit_code, 0) << judged.err;
  EXPECT_THAT(judged.out, HasSubstr(R"("decision":"allow")"));
  EXPECT_THAT(judged.out, HasSubstr(R"("id":7)"));
  EXPECT_THAT(judged.out, HasSubstr(R"("rule":"device.write-erase")"));
  const auto broken =
      server.cli({"check", "--batch", files_.write("broken.jsonl", "{\"id\": 7}\n").string()});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, HasSubstr("line 1"));
}

TEST_F(Check, AModelIsToldWhatWouldHappenAndThenItDoes) {
  auto server = start();
  const auto read = server.call("ssh_check", arguments("uptime"));
  EXPECT_THAT(read.text, HasSubstr("web1: allow; it would run"));
  const auto asked = server.call("ssh_check", arguments("rm -rf /srv/www"));
  EXPECT_THAT(asked.text, HasSubstr("web1: ask; it would be refused"));
  EXPECT_THAT(asked.text, HasSubstr("confirm_dangerous"));
  EXPECT_EQ(server.call("ssh_run", arguments("rm -rf /srv/www")).fact("state"), "refused");
  const auto denied = server.call("ssh_check", arguments("rm -rf /"));
  EXPECT_THAT(denied.text, HasSubstr("web1: deny"));
  EXPECT_THAT(denied.text, HasSubstr("fs.remove-root"));
  for (const auto& record : server.records())
    EXPECT_NE(base::find_string(record, "tool").value_or(""), "ssh_check") << "looking is no action";
}

TEST_F(Check, RulesOfTheOwnerDecideAboutTheirCommands) {
  auto server =
      start("    allow:\n      - run: [mytool, status, '**']\n    deny:\n      - run: [uptime, '**']\n",
            "  approval: model\n");
  EXPECT_THAT(server.call("ssh_run", arguments("mytool status")).text, HasSubstr("exit 127"));
  EXPECT_EQ(server.call("ssh_run", arguments("mytool remove")).fact("state"), "refused");
  const auto denied = server.call("ssh_run", arguments("uptime"));
  EXPECT_EQ(denied.fact("state"), "refused");
  EXPECT_THAT(denied.text, HasSubstr("user.deny"));
}

TEST_F(Check, TheRulesCanBePrinted) {
  const auto printed = start().cli({"check", "--rules"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_THAT(printed.out, HasSubstr("| `disk.mkfs` | disk | deny | deny | ask |"));
}

}  // namespace
}  // namespace mcpssh::test
