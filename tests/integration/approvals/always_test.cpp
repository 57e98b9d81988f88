// "Always allow this here": a person's word becomes a rule of hosts.yaml.
#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Always : public People {
 protected:
  /// As root, who names the file.
  static Finished as_root(McpSsh& server, std::vector<std::string> args,
                          const std::filesystem::path& socket) {
    std::vector<std::string> argv{MCPSSH_BINARY, "--config", server.config().string()};
    argv.insert(argv.end(), args.begin(), args.end());
    argv.insert(argv.end(), {"--socket", socket.string()});
    return run(std::move(argv), std::chrono::seconds(60));
  }
  static std::string text_of(McpSsh& server) {
    std::ifstream file(server.config());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static constexpr const char* asks = R"({"host":"web1","command":"frobnicate --all"})";
};

TEST_F(Always, TheRuleIsShownAndWrittenAndFromThenOnNobodyIsAsked) {
  auto server = start({.settings = {}, .host_lines = "    # a note\n"});
  const auto id = server.begin("ssh_run", asks);
  const auto approved = as_root(server, {"approve", waiting_id(server), "--always"}, socket_of(server));
  EXPECT_EQ(approved.exit_code, 0) << approved.err;
  EXPECT_THAT(approved.out, HasSubstr("web1: allow: [{run: [frobnicate, '--all']}]"));
  server.finish(id);
  EXPECT_THAT(text_of(server),
              AllOf(HasSubstr("# a note"), HasSubstr("allow:"), HasSubstr("run: [frobnicate, '--all']")));
  struct stat info{};
  ASSERT_EQ(::stat(server.config().c_str(), &info), 0);
  EXPECT_NE(info.st_uid, 0u) << "it is its owner's still";
  ASSERT_TRUE(comes_true(server, [&] {
    std::string changes;
    for (const auto& record : records_with(server, "kind", "config"))
      changes += base::find_string(record, "detail").value_or("");
    return changes.contains("allow with `frobnicate --all`");
  }));
  EXPECT_EQ(server.call("ssh_run", asks).fact("state"), "exited");
  const auto more = server.begin("ssh_run", R"({"host":"web1","command":"frobnicate --all --more"})");
  EXPECT_EQ(server.cli({"deny", waiting_id(server)}).exit_code, 0) << "more than that asks as before";
  EXPECT_EQ(server.finish(more).fact("state"), "refused");
}

TEST_F(Always, WhatHasNoRuleOfItsOwnIsNotApprovedThatWay) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  const auto before = text_of(server);
  const auto tried = as_root(server, {"approve", request, "--always"}, socket_of(server));
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.err, HasSubstr("--always is not possible here"));
  EXPECT_EQ(waiting_id(server), request) << "still open";
  EXPECT_EQ(text_of(server), before);
  EXPECT_EQ(server.cli({"deny", request}).exit_code, 0);
  server.finish(id);
}

TEST_F(Always, WhoIsNoPersonWritesNothing) {
  auto server = start();
  const auto id = server.begin("ssh_run", asks);
  const auto request = waiting_id(server);
  const auto before = text_of(server);
  EXPECT_EQ(server.cli({"approve", request, "--always"}).exit_code, 1);
  EXPECT_EQ(text_of(server), before);
  EXPECT_EQ(server.cli({"deny", request}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "refused");
}

TEST_F(Always, AFileThatIsNotTheServersIsNotWrittenAndTheRuleIsSaid) {
  auto server = start();
  const auto id = server.begin("ssh_run", asks);
  const auto request = waiting_id(server);
  const auto before = text_of(server);
  const auto approved = approver({"approve", request, "--always"});
  EXPECT_EQ(approved.exit_code, 1);
  EXPECT_THAT(approved.out, HasSubstr("web1: allow: [{run: [frobnicate, '--all']}]"));
  EXPECT_THAT(approved.err, AllOf(HasSubstr("approved this once"), HasSubstr("--config PATH")));
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
  EXPECT_EQ(text_of(server), before);
}

}  // namespace
}  // namespace mcpssh::test
