// Commands that go on as tasks of the clients that take them (extension io.modelcontextprotocol/tasks).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job/one_host.hpp"

namespace mcpssh::test {
namespace {

namespace json = base::json;
using testing::HasSubstr;
using testing::StartsWith;

class Tasks : public OneHost {
 protected:
  /// A request of a client that takes tasks; its result. The ids are far from those of McpSsh::call.
  static json::object request(McpSsh& server, int id, const std::string& method, json::object params) {
    send(server, id, method, std::move(params));
    for (;;) {
      auto message = read(server);
      if (message.contains("id") && message.at("id") == id) return message.at("result").as_object();
    }
  }
  static void send(McpSsh& server, int id, const std::string& method, json::object params) {
    params["_meta"] = json::parse(
        R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}},
            "io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"}})");
    json::object message{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}};
    message["params"] = std::move(params);
    server.process().write(json::serialize(message) + "\n");
  }
  static json::object read(McpSsh& server) {
    const auto line = server.process().read_line(std::chrono::seconds(60));
    if (!line) throw std::runtime_error("the server ended");
    return json::parse(*line).as_object();
  }
  static json::object run(McpSsh& server, int id, const std::string& host, const std::string& command) {
    json::object arguments{{"host", host}, {"command", command}};
    json::object params{{"name", "ssh_run"}};
    params["arguments"] = std::move(arguments);
    return request(server, id, "tools/call", std::move(params));
  }
  static std::string task_of(const json::object& created) {
    EXPECT_EQ(base::find_string(created, "resultType"), "task") << json::serialize(created);
    return base::find_string(created, "taskId").value_or("");
  }
  static std::string call_of(const json::object& created) {
    const auto message = base::find_string(created, "statusMessage").value_or("");
    return message.substr(message.rfind("call_"));
  }
  /// The task when it has come to its end.
  static json::object ended(McpSsh& server, int id, const std::string& task) {
    json::object filter;
    filter["taskIds"] = json::array{task};
    json::object params;
    params["notifications"] = std::move(filter);
    send(server, id, "subscriptions/listen", std::move(params));
    for (;;) {
      auto message = read(server);
      if (base::find_string(message, "method") != "notifications/tasks") continue;
      auto& told = message.at("params").as_object();
      if (base::find_string(told, "status") != "working") return told;
    }
  }
  static std::string text_of(const json::object& task) {
    return std::string(task.at("result").at("content").at(0).at("text").as_string());
  }
  [[nodiscard]] std::string until_the_gate_opens() const {
    return "until test -e " + gate().string() + "; do sleep 0.1; done";
  }
  [[nodiscard]] std::filesystem::path gate() const { return files_.path() / "gate"; }
};

TEST_F(Tasks, ACommandThatTakesTooLongIsOneAndItsAnswerIsTheResult) {
  auto server = start({"--answer-within", "1"});
  const auto created = run(server, 9000001, "web1", "echo before; " + until_the_gate_opens() + "; exit 4");
  const auto task = task_of(created);
  EXPECT_THAT(base::find_string(created, "statusMessage").value_or(""), StartsWith("web1: running for "));
  const auto listed = server.call("ssh_list_sessions", "{}");
  EXPECT_THAT(listed.text, HasSubstr(call_of(created) + " running"));
  files_.write("gate", "");
  const auto done = ended(server, 9000002, task);
  EXPECT_EQ(base::find_string(done, "status"), "completed");
  EXPECT_THAT(text_of(done), StartsWith("web1: exit 4 in "));
  EXPECT_THAT(text_of(done), HasSubstr("before\n"));
}

TEST_F(Tasks, CancellingItStopsTheCommand) {
  auto server = start({"--answer-within", "0.5"});
  const std::string sleep = own_sleep();
  const auto created = run(server, 9000001, "web1", "echo first; sleep " + sleep);
  const auto task = task_of(created);
  EXPECT_THAT(server.call("ssh_output", R"({"call":")" + call_of(created) + R"(","wait":20})").text,
              HasSubstr("first\n"));
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  json::object which;
  which["taskId"] = task;
  request(server, 9000002, "tasks/cancel", which);
  EXPECT_EQ(base::find_string(ended(server, 9000003, task), "status"), "cancelled");
  EXPECT_TRUE(comes_true(server, [&] { return !runs_on_this_machine(sleep); }));
  EXPECT_TRUE(comes_true(server, [&] { return records_with(server, "state", "cancelled").size() == 1; }));
}

TEST_F(Tasks, ManyHostsAreOne) {
  auto server = start({"--answer-within", "1"});
  const auto created = run(server, 9000001, "web*", until_the_gate_opens() + "; echo all of them");
  const auto task = task_of(created);
  EXPECT_EQ(base::find_string(created, "statusMessage"), "0/1 hosts done");
  files_.write("gate", "");
  EXPECT_THAT(text_of(ended(server, 9000002, task)), HasSubstr("all of them"));
}

TEST_F(Tasks, OnesThatRunEndWithTheServer) {
  auto server = start({"--answer-within", "0.5"});
  const std::string sleep = own_sleep();
  task_of(run(server, 9000001, "web1", "sleep " + sleep));
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  server.process().close_stdin();
  EXPECT_EQ(server.process().wait(std::chrono::seconds(60)), 0);
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

}  // namespace
}  // namespace mcpssh::test
