// What is refused, what opens it, and what the record says about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class Policy : public testing::Test {
 protected:
  McpSsh start(const std::string& settings, bool elicitation = false, const std::string& host_lines = {}) {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key()), host_lines),
                 known.string(), settings);
    options.elicitation = elicitation;
    return McpSsh(std::move(options));
  }
  /// Touches a file: proof that a command ran, or did not.
  std::string touch(const std::string& extra) const {
    return R"({"host":"web1","command":"touch )" + mark().string() + R"(; echo launch-missiles")" + extra +
           "}";
  }
  [[nodiscard]] std::filesystem::path mark() const { return files_.path() / "mark"; }
  [[nodiscard]] bool ran() const { return std::filesystem::exists(mark()); }
  static constexpr const char* pattern = "  deny_patterns: ['launch-\\w+']\n";

  OpensshServer sshd_;
  TempDir files_;
};

TEST_F(Policy, TheFilesPatternBlocksAndConfirmOpensItWithAModelOnRecord) {
  auto server = start(pattern);
  const auto blocked = server.call("ssh_run", touch(""));
  EXPECT_EQ(blocked.fact("state"), "refused") << blocked.text;
  EXPECT_THAT(blocked.text, HasSubstr("confirm_dangerous"));
  EXPECT_FALSE(ran());
  const auto confirmed = server.call("ssh_run", touch(R"(,"confirm_dangerous":true)"));
  EXPECT_EQ(confirmed.fact("state"), "exited") << confirmed.text;
  EXPECT_TRUE(ran());
  bool by_model = false;
  for (const auto& record : server.records())
    by_model = by_model || (base::find_string(record, "decision").value_or("") == "confirmed" &&
                            base::find_string(record, "approved_by").value_or("") == "model");
  EXPECT_TRUE(by_model);
}

TEST_F(Policy, BuiltInDenialsStayClosedToConfirm) {
  auto server = start("");
  for (const std::string command :
       {"rm -rf /", "r''m -fr /*", "mkfs.ext4 /dev/nope", "dd if=/dev/zero of=/dev/nope"}) {
    base::json::object arguments;
    arguments["host"] = "web1";
    arguments["command"] = command;
    arguments["confirm_dangerous"] = true;
    const auto answer = server.call("ssh_run", base::json::serialize(arguments));
    EXPECT_EQ(answer.fact("state"), "refused") << command << ": " << answer.text;
  }
  EXPECT_THAT(
      server.call("ssh_run", R"({"host":"web1","command":"echo rm -rf /; last reboot | head -0"})").text,
      HasSubstr("exit 0"));
}

TEST_F(Policy, NoLineOfAShellHidesBehindTheOneBefore) {
  auto server = start("");
  // Every line reaches the shell whole, so an open quote of the first must not swallow the second.
  server.call("ssh_shell", R"({"host":"web1","command":"echo '"})");
  const auto quoted = server.call("ssh_shell", R"({"host":"web1","command":"rm -rf / #'"})");
  EXPECT_EQ(quoted.fact("state"), "refused") << quoted.text;
  server.call("ssh_shell", R"({"host":"web1","command":"cd /"})");
  server.call("ssh_shell", R"({"host":"web1","command":""})");
  const auto relative = server.call("ssh_shell", R"({"host":"web1","command":"rm -rf *"})");
  EXPECT_EQ(relative.fact("state"), "refused") << relative.text;
}

TEST_F(Policy, AnAnswerToAQuestionIsNotALineAndNeedsApproval) {
  auto server = start("");
  server.call("ssh_shell", R"({"host":"web1","command":"printf 'Really? (y/n) '; read a; echo got $a"})");
  const auto unasked = server.call("ssh_shell", R"({"host":"web1","command":"y"})");
  EXPECT_EQ(unasked.fact("state"), "refused") << unasked.text;
  const auto empty = server.call("ssh_shell", R"({"host":"web1","command":""})");
  EXPECT_EQ(empty.fact("state"), "refused") << "Enter means yes on many devices: " << empty.text;
  const auto agreed = server.call("ssh_shell", R"({"host":"web1","command":"y","confirm_dangerous":true})");
  EXPECT_THAT(agreed.text, HasSubstr("got y"));
}

TEST_F(Policy, AHumanBehindTheClientIsAskedInsteadOfTheModel) {
  auto server = start(pattern, true);
  const auto id = server.begin("ssh_run", touch(R"(,"confirm_dangerous":true,"reason":"tests")"));
  const auto question = server.answer_elicitation("accept");
  EXPECT_THAT(question, HasSubstr("launch-missiles"));
  EXPECT_THAT(question, HasSubstr("web1"));
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "exited") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("human"));
  EXPECT_TRUE(ran());
}

TEST_F(Policy, ADeclineHoldsWithoutAskingAgain) {
  auto server = start(pattern, true);
  const auto id = server.begin("ssh_run", touch(""));
  server.answer_elicitation("decline");
  EXPECT_EQ(server.finish(id).fact("state"), "refused");
  const auto again = server.call("ssh_run", touch(""));
  EXPECT_EQ(again.fact("state"), "refused");
  EXPECT_THAT(again.text, HasSubstr("declined"));
  EXPECT_FALSE(ran());
}

TEST_F(Policy, ModelApprovalOpensEverythingNoneOpensNothing) {
  auto model = start("  approval: model\n" + std::string(pattern));
  EXPECT_EQ(model.call("ssh_run", touch(R"(,"confirm_dangerous":true)")).fact("state"), "exited");
  auto none = start("  approval: none\n" + std::string(pattern));
  const auto answer = none.call("ssh_run", touch(R"(,"confirm_dangerous":true)"));
  EXPECT_EQ(answer.fact("state"), "refused");
  EXPECT_THAT(answer.text, HasSubstr("approval"));
}

TEST_F(Policy, APatternThatDoesNotCompileStopsTheStartWithFileAndLine) {
  const auto start =
      McpSsh::try_start("hosts: {}\nsettings:\n  deny_patterns:\n    - 'fine'\n    - 'broken('\n");
  EXPECT_EQ(start.exit_code, 78);
  EXPECT_THAT(start.err, HasSubstr("hosts.yaml:5"));
  EXPECT_THAT(start.err, HasSubstr("broken("));
  EXPECT_EQ(start.out, "") << "stdout belongs to MCP";
}

}  // namespace
}  // namespace mcpssh::test
