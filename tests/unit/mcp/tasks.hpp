#pragma once
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <set>

#include "conversation.hpp"
#include "mcp/wire/protocol_error.hpp"

/// A server whose calls go on as tasks, and what the stories about them say and hear.
namespace mcpssh::testing {

/// Where a tool waits until the story lets it go on.
struct Gate {
  bool open = false;
  std::set<base::Wakeup*> waiting;
  void unlock() {
    open = true;
    for (auto* one : waiting) one->notify();
  }
};

inline base::Task<void> pass(Gate& gate) {
  const auto executor = co_await base::asio::this_coro::executor;
  base::Wakeup wakeup(executor);
  gate.waiting.insert(&wakeup);
  try {
    while (!gate.open) co_await wakeup.wait();
  } catch (...) {
    gate.waiting.erase(&wakeup);
    throw;
  }
  gate.waiting.erase(&wakeup);
}

/// What the tools saw and wait for.
struct Work {
  Seen seen;
  Gate before;  ///< becoming a task
  Gate after;
  bool became = false;
  std::vector<mcp::Answered> answers;
};

/// Becomes a task at once.
inline base::Task<mcp::ToolResult> job(Work& work, mcp::Call& call, mcp::Arguments arguments) {
  const Unwinding unwinding(work.seen);
  work.became = call.become_task("on its way");
  call.progress(1, std::nullopt, "half way");
  call.log(mcp::LogLevel::error, "not for tasks");
  co_await pass(work.after);
  const auto how = arguments.string("how").value_or("");
  if (how == "breaks") throw mcp::ProtocolError({-32603, "it broke", {}});
  auto result = said("done");
  result.is_error = how == "fails";
  if (how == "asks again") result.ask_state = "again";
  co_return result;
}

/// Becomes a task when it is let.
inline base::Task<mcp::ToolResult> late(Work& work, mcp::Call& call, mcp::Arguments) {
  const Unwinding unwinding(work.seen);
  call.progress(1, std::nullopt, "started");
  co_await pass(work.before);
  work.became = call.become_task("on its way");
  co_await pass(work.after);
  co_return said("done");
}

inline mcp::Question name_question() {
  json::object schema{{"type", "object"}};
  schema["properties"] = {{"name", {{"type", "string"}}}};
  auto question = mcp::form_question("Who?", std::move(schema));
  question.name = "who";
  return question;
}

/// Asks two things at once, and one of them again.
inline base::Task<mcp::ToolResult> curious(Work& work, mcp::Call& call, mcp::Arguments) {
  using namespace base::asio::experimental::awaitable_operators;
  const Unwinding unwinding(work.seen);
  work.became = call.become_task("");
  auto who = name_question();
  auto roots = mcp::roots_question();
  auto [first, second] = co_await (call.ask(std::move(who)) && call.ask(std::move(roots)));
  work.answers = {first, second};
  auto again = name_question();
  auto third = co_await call.ask(std::move(again));
  work.answers.push_back(third);
  co_return said("thank you");
}

inline mcp::Tool task_tool(std::string name,
                           std::function<base::Task<mcp::ToolResult>(mcp::Call&, mcp::Arguments)> run,
                           std::vector<mcp::Parameter> parameters = {}) {
  auto made = tool(std::move(name), std::move(run), std::move(parameters));
  made.tasks = mcp::TaskUse::may;
  return made;
}

inline mcp::Features task_features(Work& work) {
  using Call = mcp::Call;
  using Arguments = mcp::Arguments;
  mcp::Features features;
  features.logging = true;
  features.tools = {
      task_tool("job", [&work](Call& c, Arguments a) { return job(work, c, std::move(a)); },
                {parameter("how")}),
      task_tool("late", [&work](Call& c, Arguments a) { return late(work, c, std::move(a)); }),
      task_tool("curious", [&work](Call& c, Arguments a) { return curious(work, c, std::move(a)); }),
      task_tool("always", [&work](Call& c, Arguments a) { return job(work, c, std::move(a)); }),
      tool("plain", [&work](Call& c, Arguments a) { return job(work, c, std::move(a)); })};
  features.tools[3].tasks = mcp::TaskUse::always;
  return features;
}

constexpr std::string_view takes_tasks =
    R"({"elicitation":{},"roots":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})";

/// A request of a client that takes tasks; `rest` as for `modern`.
inline std::string with_tasks(std::string_view id, std::string_view method, std::string_view rest = "") {
  return modern(id, method, rest, takes_tasks);
}

inline std::string call_task(std::string_view id, std::string_view tool, std::string_view how = "") {
  const auto arguments = how.empty() ? std::string() : R"("how":")" + std::string(how) + "\"";
  return with_tasks(id, "tools/call",
                    R"(,"name":")" + std::string(tool) + R"(","arguments":{)" + arguments + "}");
}

inline std::string about_task(std::string_view id, std::string_view method, std::string_view task,
                              std::string_view rest = "") {
  return with_tasks(id, method, R"(,"taskId":")" + std::string(task) + "\"" + std::string(rest));
}

inline std::string id_of(const json::value& answer) {
  return std::string(answer.at("result").at("taskId").as_string());
}
inline std::string status_of(const json::value& answer) {
  return std::string(answer.at("result").at("status").as_string());
}

inline base::Principal named(std::string name) {
  base::Principal principal;
  principal.name = std::move(name);
  return principal;
}

/// The token of that name, narrowed to a selector of hosts.
inline base::Principal narrowed(std::string name, std::string hosts) {
  base::Rights rights;
  rights.hosts = std::move(hosts);
  auto principal = named(std::move(name));
  principal.rights = std::make_shared<const base::Rights>(std::move(rights));
  return principal;
}

/// Another connection to the server of a conversation.
class Guest {
 public:
  Guest(Conversation& host, std::string name) : Guest(host, named(std::move(name))) {}
  Guest(Conversation& host, base::Principal principal)
      : host_(host), ends_(memory_stream_pair(host.io.get_executor())) {
    base::asio::co_spawn(host_.io, host_.server.serve(ends_.second, principal),
                         [this](std::exception_ptr failure) {
                           served_ = true;
                           EXPECT_FALSE(failure);
                         });
    host_.settle();
  }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  ~Guest() {
    ends_.first->out().end();
    host_.settle();
    EXPECT_TRUE(served_);
  }

  void say(const std::string& line) {
    ends_.first->out().push(line);
    host_.settle();
  }
  json::value hear() {
    const auto line = ends_.first->in().take();
    host_.settle();
    return line ? json::parse(*line) : nullptr;
  }
  json::value ask(const std::string& line) {
    say(line);
    return hear();
  }

 private:
  Conversation& host_;
  bool served_ = false;
  std::pair<std::shared_ptr<MemoryStream>, std::shared_ptr<MemoryStream>> ends_;
};

}  // namespace mcpssh::testing
