// One command on many hosts: equal answers once, each host with its own policy and record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

OpensshServer::Options room_for_many() {
  OpensshServer::Options options;
  options.config = {"MaxStartups 100"};
  return options;
}

class ManyHosts : public testing::Test {
 protected:
  McpSsh start(int count, const std::string& settings = {}, bool elicitation = false,
               std::vector<std::string> args = {}) {
    std::string hosts;
    for (int i = 1; i <= count; ++i)
      hosts += host_entry("web" + std::to_string(i), sshd_.port(), sshd_.user(), by_key(sshd_.key()),
                          "    groups: [web]\n    env: {NAME: web" + std::to_string(i) + "}\n");
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml = trusting(hosts, known.string(), settings);
    options.elicitation = elicitation;
    options.args = std::move(args);
    return McpSsh(std::move(options));
  }
  static std::string run(const std::string& host, const std::string& command, const std::string& more = {}) {
    base::json::object arguments;
    arguments["host"] = host;
    arguments["command"] = command;
    std::string text = base::json::serialize(arguments);
    text.insert(text.size() - 1, more);
    return text;
  }
  static std::string state(const ToolAnswer& answer, const std::string& host) {
    const auto& hosts = answer.meta.at("mcp-ssh/hosts").as_object();
    return base::find_string(hosts.at(host).as_object(), "state").value_or("");
  }

  /// One tools/call of the era without a handshake; its result.
  static base::json::object modern_call(McpSsh& server, int id, base::json::object params) {
    base::json::object capabilities;
    capabilities["elicitation"] = base::json::parse(R"({"form":{}})");
    base::json::object meta;
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
    meta["io.modelcontextprotocol/clientCapabilities"] = std::move(capabilities);
    meta["io.modelcontextprotocol/clientInfo"] = base::json::parse(R"({"name":"test","version":"1"})");
    params["_meta"] = std::move(meta);
    base::json::object message;
    message["jsonrpc"] = "2.0";
    message["id"] = id;
    message["method"] = "tools/call";
    message["params"] = std::move(params);
    server.process().write(base::json::serialize(message) + "\n");
    return result_of(server, id);
  }
  /// The answer to a request written by hand; notifications before it go to `others`.
  static base::json::object result_of(McpSsh& server, int id,
                                      std::vector<base::json::object>* others = nullptr) {
    for (;;) {
      const auto line = server.process().read_line(std::chrono::seconds(60));
      if (!line) throw std::runtime_error("the server ended");
      auto answer = base::json::parse(*line).as_object();
      if (answer.contains("id") && answer.at("id") == id) return answer.at("result").as_object();
      if (others != nullptr) others->push_back(std::move(answer));
    }
  }

  OpensshServer sshd_{room_for_many()};
  TempDir files_;
};

TEST_F(ManyHosts, TwentyHostsAreOneAnswerWithEqualOutputsOnce) {
  auto server = start(20);
  // Twenty log-ins at once are more than a small machine answers in time.
  server.call("ssh_run", run("@web", "true", R"(,"parallel":4)"));
  const auto answer = server.call("ssh_run", run("@web", "echo same; test $NAME != web7 || exit 3"));
  EXPECT_THAT(answer.text, StartsWith("20 hosts: 19 exit 0, 1 exit 3, in "));
  EXPECT_THAT(answer.text, HasSubstr("web1, web2, web3"));
  EXPECT_THAT(answer.text, HasSubstr("(19 of 20): exit 0"));
  EXPECT_THAT(answer.text, HasSubstr("web7 (1 of 20): exit 3"));
  std::set<std::string> hosts;
  for (const auto& record : records_with(server, "kind", "begin"))
    hosts.insert(base::find_string(record, "host").value_or(""));
  EXPECT_EQ(hosts.size(), 20u) << "each host has its own record";
}

TEST_F(ManyHosts, ProgressTellsHowManyAreDone) {
  auto server = start(3);
  server.call("ssh_run", run("@web", "true"));
  server.process().write(
      R"({"jsonrpc":"2.0","id":901,"method":"tools/call","params":{"name":"ssh_run","arguments":)" +
      run("@web", "echo x", R"(,"parallel":1)") + R"(,"_meta":{"progressToken":"mine"}}})" + "\n");
  std::vector<base::json::object> told;
  const auto result = result_of(server, 901, &told);
  EXPECT_THAT(base::json::serialize(result), HasSubstr("3 hosts: 3 exit 0"));
  double before = -1;
  std::string last;
  for (const auto& each : told) {
    if (each.at("method") != "notifications/progress") continue;
    const auto& params = each.at("params").as_object();
    EXPECT_EQ(params.at("progressToken"), "mine");
    EXPECT_EQ(params.at("total").to_number<double>(), 3);
    const auto done = params.at("progress").to_number<double>();
    EXPECT_GT(done, before) << "progress only ever grows";
    before = done;
    last = base::find_string(params, "message").value_or("");
  }
  EXPECT_THAT(last, testing::EndsWith("/3 hosts done"));
}

TEST_F(ManyHosts, GlobsAndListsAndTyposInThem) {
  auto server = start(12);
  EXPECT_THAT(server.call("ssh_run", run("web1?", "true")).text, StartsWith("3 hosts: 3 exit 0"));
  EXPECT_THAT(server.call("ssh_run", run("web1,web5", "true")).text, StartsWith("2 hosts: 2 exit 0"));
  const auto typo = server.call("ssh_run", run("web1,wbe5", "true"));
  EXPECT_TRUE(typo.is_error);
  EXPECT_THAT(typo.text, HasSubstr("wbe5"));
  EXPECT_TRUE(records_with(server, "host", "wbe5").empty());
}

TEST_F(ManyHosts, StopOnFailureStartsNoFurtherHosts) {
  auto server = start(6);
  const auto answer =
      server.call("ssh_run", run("@web", "test $NAME != web2", R"(,"parallel":1,"stop_on_failure":true)"));
  EXPECT_EQ(state(answer, "web1"), "exited");
  EXPECT_EQ(state(answer, "web2"), "exited");
  for (const char* host : {"web3", "web4", "web5", "web6"})
    EXPECT_EQ(state(answer, host), "cancelled") << host;
  EXPECT_THAT(answer.text, HasSubstr("stop_on_failure"));
  EXPECT_EQ(records_with(server, "kind", "begin").size(), 2u) << "what was not sent has no begin";
}

TEST_F(ManyHosts, StepsWaitForTheStepBefore) {
  auto server = start(4);
  // Each leaves a mark and sees how many of its step are there: never more than two can be under way.
  const std::string marks = files_.path().string();
  const auto answer = server.call(
      "ssh_run",
      run("@web", "mkdir " + marks + "/m.$NAME; ls -d " + marks + "/m.* | wc -l; rmdir " + marks + "/m.$NAME",
          R"(,"batch":"50%")"));
  EXPECT_THAT(answer.text, StartsWith("4 hosts: 4 exit 0"));
  EXPECT_THAT(answer.text, Not(HasSubstr("\n3\n")));
  EXPECT_THAT(answer.text, Not(HasSubstr("\n4\n")));
}

TEST_F(ManyHosts, AHumanIsAskedOnceAboutAllOfThem) {
  auto server = start(3, "  deny_patterns: ['launch-\\w+']\n", true);
  const auto id = server.begin("ssh_run", run("@web", "echo launch-missiles"));
  const auto question = server.answer_elicitation("accept");
  for (const char* host : {"web1", "web2", "web3"}) EXPECT_THAT(question, HasSubstr(host));
  EXPECT_THAT(question, StartsWith("Allow this on 3 hosts?"));
  EXPECT_THAT(server.finish(id).text, StartsWith("3 hosts: 3 exit 0"));
  EXPECT_EQ(records_with(server, "state", "approved").size(), 3u) << "a decision for each";
}

TEST_F(ManyHosts, AHumanIsAskedOnceAlsoWhereQuestionsTravelInResults) {
  auto server = start(3, "  deny_patterns: ['launch-\\w+']\n");
  base::json::object params;
  params["name"] = "ssh_run";
  params["arguments"] = base::json::parse(run("@web", "echo launch-missiles"));
  const auto asked = modern_call(server, 901, params);
  ASSERT_EQ(asked.at("resultType"), "input_required") << base::json::serialize(asked);
  const auto& questions = asked.at("inputRequests").as_object();
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_THAT(base::json::serialize(questions), HasSubstr("Allow this on 3 hosts?"));
  EXPECT_TRUE(records_with(server, "kind", "begin").empty());
  base::json::object responses;
  responses[questions.begin()->key()] = base::json::parse(R"({"action":"accept","content":{}})");
  params["inputResponses"] = std::move(responses);
  params["requestState"] = asked.at("requestState");
  const auto done = modern_call(server, 902, params);
  EXPECT_THAT(base::json::serialize(done), HasSubstr("3 hosts: 3 exit 0"));
  EXPECT_EQ(records_with(server, "state", "approved").size(), 3u);
}

TEST_F(ManyHosts, AQuestionPutAwaySendsNothingAnywhere) {
  auto server = start(3, "  deny_patterns: ['launch-\\w+']\n", true);
  const auto id = server.begin("ssh_run", run("@web", "echo launch-missiles"));
  server.answer_elicitation("cancel");
  const auto answer = server.finish(id);
  for (const char* host : {"web1", "web2", "web3"}) EXPECT_EQ(state(answer, host), "refused");
  EXPECT_TRUE(records_with(server, "kind", "begin").empty());
  EXPECT_EQ(records_with(server, "state", "cancelled").size(), 3u) << "nobody said no";
}

TEST_F(ManyHosts, StragglersRunOnUnderTheirOwnIds) {
  auto server = start(3, "", false, {"--answer-within", "2"});
  const std::string sleep = own_sleep();
  for (const char* host : {"web1", "web2", "web3"})
    server.call("ssh_connect", std::string(R"({"host":")") + host + "\"}");
  const auto answer =
      server.call("ssh_run", run("@web", "echo quick; test $NAME != web2 || exec sleep " + sleep));
  EXPECT_EQ(state(answer, "web1"), "exited") << answer.text;
  EXPECT_EQ(state(answer, "web2"), "running") << answer.text;
  const auto& hosts = answer.meta.at("mcp-ssh/hosts").as_object();
  const auto call = base::find_string(hosts.at("web2").as_object(), "call").value_or("");
  EXPECT_THAT(answer.text, HasSubstr("web2 goes on as " + call));
  const auto stopped = server.call("ssh_stop", "{\"call\":\"" + call + "\"}");
  EXPECT_EQ(stopped.fact("remains"), "proved_gone") << stopped.text;
}

TEST_F(ManyHosts, CancellingTheRequestStopsThemAll) {
  auto server = start(3);
  const std::string sleep = own_sleep();
  const auto mark = [&](int i) { return files_.path() / ("begun.web" + std::to_string(i)); };
  const auto id = server.begin(
      "ssh_run", run("@web", "touch " + files_.path().string() + "/begun.$NAME; sleep " + sleep));
  ASSERT_TRUE(comes_true(server, [&] { return exists(mark(1)) && exists(mark(2)) && exists(mark(3)); }));
  server.cancel(id);
  EXPECT_TRUE(comes_true(server, [&] { return !runs_on_this_machine(sleep); }));
}

}  // namespace
}  // namespace mcpssh::test
