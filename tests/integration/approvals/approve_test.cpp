// A person at another terminal answers.
#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Approvals : public People {};

std::string field(const base::json::object& record, std::string_view key) {
  return base::find_string(record, key).value_or("");
}

TEST_F(Approvals, AnotherUsersWordRunsItOnceAndIsOnRecord) {
  auto server = start();
  const auto id =
      server.begin("ssh_run", dangerous("mark", R"(,"confirm_dangerous":true,"reason":"tidy up")"));
  const auto request = waiting_id(server);
  const auto seen = approver({"pending"});
  EXPECT_THAT(seen.out, AllOf(HasSubstr(request), HasSubstr("launch-missiles"), HasSubstr("pattern.user"),
                              HasSubstr("web1"), HasSubstr("the agent says (unverified): \"tidy up\"")));
  EXPECT_EQ(runs(), 0u) << "confirm_dangerous is not a person";
  const auto approved = approver({"approve", request});
  EXPECT_EQ(approved.exit_code, 0) << approved.err;
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "exited") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("Approved by: human:socket " + approver_.name()));
  EXPECT_EQ(runs(), 1u);
  const auto again = approver({"approve", request});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("is over: approved by human:socket " + approver_.name()));
  EXPECT_EQ(runs(), 1u);
  const auto records = records_with(server, "kind", "approval");
  ASSERT_EQ(records.size(), 2u) << "asked, approved";
  EXPECT_EQ(field(records[0], "state"), "asked");
  EXPECT_EQ(field(records[1], "state"), "approved");
  EXPECT_EQ(field(records[1], "human_factor"), "other_user");
  EXPECT_THAT(field(records[1], "approved_by"), HasSubstr(approver_.name()));
}

TEST_F(Approvals, TheAskersOwnUserApprovesNothingAndMayDeny) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  const auto own = server.cli({"approve", request});
  EXPECT_EQ(own.exit_code, 1);
  EXPECT_THAT(own.err, HasSubstr("this would be the asker's own answer"));
  EXPECT_EQ(waiting_id(server), request) << "still open";
  EXPECT_EQ(server.cli({"deny", request}).exit_code, 0);
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "refused") << answer.text;
  EXPECT_EQ(runs(), 0u);
  std::string factors;
  for (const auto& record : records_with(server, "kind", "approval"))
    factors += field(record, "state") + ":" + field(record, "human_factor") + " ";
  EXPECT_EQ(factors, "asked: refused:none declined:none ");
}

TEST_F(Approvals, ADeclineHoldsUntilAPersonApprovesItAfterAll) {
  auto server = start();
  const auto first = server.begin("ssh_run", dangerous());
  const auto declined = waiting_id(server);
  EXPECT_EQ(approver({"deny", declined}).exit_code, 0);
  EXPECT_EQ(server.finish(first).fact("state"), "refused");
  const auto second = server.call("ssh_run", dangerous());
  EXPECT_THAT(second.text, HasSubstr("a human declined exactly this"));
  EXPECT_EQ(server.cli({"approve", declined}).exit_code, 1) << "not the asker's own user";
  EXPECT_THAT(server.call("ssh_run", dangerous()).text, HasSubstr("a human declined exactly this"));
  const auto lifted = approver({"approve", declined});
  EXPECT_THAT(lifted.out, HasSubstr("nothing was run")) << lifted.err;
  EXPECT_EQ(runs(), 0u);
  const auto third = server.begin("ssh_run", dangerous());
  EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
  EXPECT_EQ(server.finish(third).fact("state"), "exited");
  EXPECT_EQ(runs(), 1u);
}

TEST_F(Approvals, ACallThatWaitsTooLongIsAnsweredWithItsIdAndRunsWhenApproved) {
  auto server =
      start({.settings = {}, .host_lines = {}, .elicitation = false, .args = {"--answer-within", "0.5"}});
  const auto answer = server.call("ssh_run", dangerous());
  EXPECT_EQ(answer.fact("state"), "waiting") << answer.text;
  EXPECT_FALSE(answer.is_error);
  const auto request = answer.fact("approval");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("mcp-ssh approve " + request), HasSubstr("ssh_output")));
  const auto call = answer.fact("call");
  const auto looked = server.call("ssh_output", R"({"call":")" + call + R"("})");
  EXPECT_EQ(looked.fact("state"), "waiting") << looked.text;
  EXPECT_THAT(looked.text, HasSubstr("waiting for approval " + request));
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  const auto done = server.call("ssh_output", R"({"call":")" + call + R"(","wait":30})");
  EXPECT_EQ(done.fact("state"), "exited") << done.text;
  EXPECT_EQ(runs(), 1u);
}

TEST_F(Approvals, WhatWaitsIsGivenUpWithSshStop) {
  auto server =
      start({.settings = {}, .host_lines = {}, .elicitation = false, .args = {"--answer-within", "0.5"}});
  const auto answer = server.call("ssh_run", dangerous());
  server.call("ssh_stop", R"({"call":")" + answer.fact("call") + R"("})");
  EXPECT_TRUE(pending(server).empty());
  EXPECT_EQ(approver({"approve", answer.fact("approval")}).exit_code, 1);
  EXPECT_EQ(runs(), 0u);
}

TEST_F(Approvals, WhereTheClientIsAskedTooTheFirstAnswerCounts) {
  auto server = start({.settings = {}, .host_lines = {}, .elicitation = true});
  const auto id = server.begin("ssh_run", dangerous());
  EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "exited") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("human:socket"));
  const auto other = server.begin("ssh_run", dangerous("other"));
  const auto request = waiting_id(server);
  server.answer_elicitation("accept");  // the first question, which nobody waits for any more
  server.answer_elicitation("decline");
  EXPECT_EQ(server.finish(other).fact("state"), "refused");
  const auto late = approver({"approve", request});
  EXPECT_THAT(late.out, HasSubstr("is lifted: nothing was run")) << late.err;
  EXPECT_EQ(runs("other"), 0u);
}

TEST_F(Approvals, UnderHumanNobodyElseCounts) {
  auto server = start({.settings = "  approval: human\n", .host_lines = {}, .elicitation = true});
  const auto id = server.begin("ssh_run", dangerous("mark", R"(,"confirm_dangerous":true)"));
  EXPECT_EQ(server.cli({"approve", waiting_id(server)}).exit_code, 1);
  EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
}

TEST_F(Approvals, WithoutAGroupHumanHasNoWayAndTheStartSaysSo) {
  auto server = start({.settings = "  approval: human\n",
                       .host_lines = {},
                       .elicitation = true,
                       .args = {},
                       .approvers = false});
  EXPECT_THAT(server.call("ssh_run", dangerous()).text, HasSubstr("approvers_group"));
  EXPECT_THAT(server.log(), HasSubstr("there is no way to a person"));
}

TEST_F(Approvals, AGroupThatDoesNotExistStopsTheStart) {
  const auto started = McpSsh::try_start("settings:\n  approvers_group: nobody-has-this\n");
  EXPECT_EQ(started.exit_code, 78);
  EXPECT_THAT(started.err, HasSubstr("groupadd --system nobody-has-this"));
}

TEST_F(Approvals, AChangedConfigurationVoidsWhatWaits) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  std::ifstream file(server.config());
  std::string yaml{std::istreambuf_iterator<char>(file), {}};
  server.rewrite_config(yaml + "  command_timeout: 30\n");
  EXPECT_THAT(server.finish(id).text, HasSubstr("the configuration changed"));
  const auto late = approver({"approve", request});
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.err, HasSubstr("is over: void"));
  EXPECT_EQ(runs(), 0u);
}

TEST_F(Approvals, AFourthRequestIsRefusedAndSaysWhy) {
  auto server = start();
  std::vector<std::int64_t> calls;
  for (const auto* mark : {"a", "b", "c"}) calls.push_back(server.begin("ssh_run", dangerous(mark)));
  ASSERT_TRUE(comes_true(server, [&] { return pending(server).size() == 3; }));
  EXPECT_THAT(server.call("ssh_run", dangerous("d")).text,
              HasSubstr("3 requests for approval are open already"));
  for (const auto& request : pending(server))
    EXPECT_EQ(server.cli({"deny", field(request, "id")}).exit_code, 0);
  for (const auto call : calls) EXPECT_EQ(server.finish(call).fact("state"), "refused");
}

TEST_F(Approvals, WhoWasDeclinedThreeTimesInARowIsNotAskedForAgain) {
  auto server = start();
  std::string last;
  for (const auto* mark : {"a", "b", "c"}) {
    const auto id = server.begin("ssh_run", dangerous(mark));
    last = waiting_id(server);
    EXPECT_EQ(approver({"deny", last}).exit_code, 0);
    EXPECT_EQ(server.finish(id).fact("state"), "refused");
  }
  const auto paused = server.call("ssh_run", dangerous("d"));
  EXPECT_THAT(paused.text, AllOf(HasSubstr("in a row were declined"), HasSubstr("pattern.user")));
  EXPECT_EQ(server.call("ssh_run", R"({"host":"web1","command":"true"})").fact("state"), "exited")
      << "what asks nobody runs";
  EXPECT_EQ(approver({"approve", last}).exit_code, 0);
  const auto id = server.begin("ssh_run", dangerous("d"));
  EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "exited");
}

TEST_F(Approvals, OfAHundredApproversExactlyOneDecides) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  std::vector<Process> approvers;
  for (int i = 0; i < 100; ++i)
    approvers.emplace_back(as_approver({i % 2 == 0 ? "approve" : "deny", request}));
  int won = 0;
  bool approved = false;
  for (std::size_t i = 0; i < approvers.size(); ++i) {
    const bool mine = approvers[i].wait(std::chrono::seconds(60)) == 0;
    // Approving what another one just denied lifts that decline and runs nothing.
    const bool decided = mine && !approvers[i].out().contains("is lifted");
    won += decided ? 1 : 0;
    approved = approved || (decided && i % 2 == 0);
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(server.finish(id).fact("state"), approved ? "exited" : "refused");
  EXPECT_EQ(runs(), approved ? 1u : 0u);
}

TEST_F(Approvals, OfTwoServersTheRightOneIsAnswered) {
  auto one = start();
  auto two = start();
  const auto first = one.begin("ssh_run", dangerous("one"));
  const auto request = waiting_id(one);
  const auto second = two.begin("ssh_run", dangerous("two"));
  ASSERT_TRUE(comes_true(two, [&] { return pending(two).size() == 2; }));
  EXPECT_THAT(one.cli({"pending", "--socket", socket_of(one)}).out, Not(HasSubstr("two;")));
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  EXPECT_EQ(one.finish(first).fact("state"), "exited");
  EXPECT_EQ(runs("two"), 0u);
  EXPECT_EQ(approver({"deny", waiting_id(two)}).exit_code, 0);
  EXPECT_EQ(two.finish(second).fact("state"), "refused");
}

class ManyApproved : public People {
 protected:
  McpSsh start_five(std::vector<std::string> args = {}) {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    std::string hosts;
    for (const auto* name : {"web1", "web2", "web3", "web4", "web5"})
      hosts += host_entry(name, sshd_.port(), sshd_.user(), by_key(key_));
    options.hosts_yaml =
        trusting(hosts, known.string(), pattern + ("  approvers_group: " + approver_.name() + "\n"));
    options.args = std::move(args);
    return start_as_asker(std::move(options));
  }
  [[nodiscard]] std::string on_all() const {
    return R"({"host":"web*","command":"echo x >> )" + (files_.path() / "mark").string() +
           R"(; : launch-missiles"})";
  }
};

TEST_F(ManyApproved, AreOneRequest) {
  auto server = start_five();
  const auto id = server.begin("ssh_run", on_all());
  ASSERT_TRUE(comes_true(server, [&] {
    const auto open = pending(server);
    return open.size() == 1 && open.front().at("actions").as_array().size() == 5;
  }));
  EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
  EXPECT_THAT(server.finish(id).text, HasSubstr("5 hosts: 5 exit 0"));
  EXPECT_EQ(runs(), 5u);
}

TEST_F(ManyApproved, AreAnsweredWithTheIdWhenItTakesTooLong) {
  auto server = start_five({"--answer-within", "0.5"});
  const auto answer = server.call("ssh_run", on_all());
  const auto request = waiting_id(server);
  EXPECT_THAT(answer.text, HasSubstr("5 hosts: 5 waiting for approval " + request + ", not sent"));
  const auto& first = answer.meta.at("mcp-ssh/hosts").at("web1").as_object();
  EXPECT_EQ(field(first, "state"), "waiting");
  EXPECT_EQ(field(first, "approval"), request);
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  const auto done = server.call("ssh_output", R"({"call":")" + field(first, "call") + R"(","wait":30})");
  EXPECT_EQ(done.fact("state"), "exited") << done.text;
  ASSERT_TRUE(comes_true(server, [&] { return runs() == 5; }));
}

TEST_F(Approvals, WatchingTellsWhatComesAndGoesAlsoOnServersThatStartLater) {
  auto options = as_approver({"pending", "--watch"});
  options.pipe_stdout = true;
  Process watching(std::move(options));
  EXPECT_THAT(watching.read_line(), testing::Optional(HasSubstr("no mcp-ssh server")));
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  std::string said;
  while (!said.contains("launch-missiles")) said += watching.read_line().value() + "\n";
  EXPECT_THAT(said, HasSubstr(request));
  EXPECT_EQ(server.cli({"deny", request}).exit_code, 0);
  EXPECT_EQ(server.finish(id).fact("state"), "refused");
  while (!said.contains(request + " is over")) said += watching.read_line().value() + "\n";
}

}  // namespace
}  // namespace mcpssh::test
