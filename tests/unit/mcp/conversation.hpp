#pragma once
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "../../support/memory_stream.hpp"
#include "base/json.hpp"
#include "mcp/server.hpp"

namespace mcpssh::testing {

namespace json = base::json;

inline json::value operator""_json(const char* text, std::size_t size) {
  return json::parse({text, size});
}

/// What the tools of the tests saw and did.
struct Seen {
  int started = 0;
  int unwound = 0;
  std::string client;
  std::string echoed;
  mcp::Elicited::Answer answer = mcp::Elicited::Answer::pending;
};

struct Unwinding {
  explicit Unwinding(Seen& seen) : seen_(seen) { ++seen_.started; }
  Unwinding(const Unwinding&) = delete;
  Unwinding& operator=(const Unwinding&) = delete;
  ~Unwinding() { ++seen_.unwound; }

 private:
  Seen& seen_;
};

inline mcp::ToolResult said(std::string text) {
  mcp::ToolResult result;
  result.text = std::move(text);
  return result;
}

inline base::Task<mcp::ToolResult> echo(Seen& seen, mcp::Call& call, mcp::Arguments arguments) {
  seen.client = call.principal().client;
  seen.echoed = arguments.string("text").value_or("");
  auto result = said(seen.echoed);
  result.meta["mcp-ssh/bytes"] = result.text.size();
  co_return result;
}

inline base::Task<mcp::ToolResult> hang(Seen& seen, mcp::Call&, mcp::Arguments) {
  const Unwinding unwinding(seen);
  const auto executor = co_await base::asio::this_coro::executor;
  base::asio::steady_timer never(executor, base::asio::steady_timer::time_point::max());
  co_await never.async_wait(base::asio::use_awaitable);
  co_return said("never");
}

inline base::Task<mcp::ToolResult> fail(mcp::Call&, mcp::Arguments) {
  throw base::Error(base::ErrorCode::connect_failed, "connection refused by 192.0.2.1:22", "start sshd")
      .at_host("web1");
  co_return said("");
}

inline base::Task<mcp::ToolResult> crash(mcp::Call&, mcp::Arguments) {
  throw std::runtime_error("the key is hunter2");
  co_return said("");
}

inline base::Task<mcp::ToolResult> count(mcp::Call& call, mcp::Arguments arguments) {
  const auto steps = arguments.integer("steps").value_or(3);
  for (std::int64_t i = 1; i <= steps; ++i)
    call.progress(static_cast<double>(i), static_cast<double>(steps), "step " + std::to_string(i));
  call.progress(1, std::nullopt, "backwards");
  co_return said("counted");
}

inline base::Task<mcp::ToolResult> list(mcp::Call&, mcp::Arguments) {
  auto result = said("one host");
  result.structured = json::object{{"hosts", {"web1"}}};
  co_return result;
}

inline base::Task<mcp::ToolResult> forget(mcp::Call&, mcp::Arguments) {
  co_return said("no structure");
}

inline base::Task<mcp::ToolResult> ask(Seen& seen, mcp::Call& call, mcp::Arguments arguments) {
  const Unwinding unwinding(seen);
  if (!call.can_elicit()) co_return said("nobody to ask");
  json::object schema{{"type", "object"}, {"properties", {{"approve", {{"type", "boolean"}}}}}};
  const auto what = arguments.string("what").value_or("it");
  const auto elicited = co_await call.elicit("Do " + what + "?", std::move(schema));
  seen.answer = elicited.answer;
  using Answer = mcp::Elicited::Answer;
  if (elicited.answer == Answer::pending) {
    auto result = said("");
    result.ask_state = "asked about " + what;
    co_return result;
  }
  const auto* approve = elicited.content.if_contains("approve");
  const bool yes =
      elicited.answer == Answer::accepted && approve != nullptr && approve->is_bool() && approve->get_bool();
  auto result = said((yes ? "did " : "did not do ") + what + call.resumed_state().value_or(""));
  result.is_error = !yes;
  co_return result;
}

inline mcp::Tool tool(std::string name,
                      std::function<base::Task<mcp::ToolResult>(mcp::Call&, mcp::Arguments)> run,
                      std::vector<mcp::Parameter> parameters = {}) {
  mcp::Tool made;
  made.name = std::move(name);
  made.title = "A tool";
  made.description = "Does something.";
  made.parameters = std::move(parameters);
  made.run = std::move(run);
  return made;
}

inline mcp::Parameter parameter(std::string name, mcp::Parameter::Type type = mcp::Parameter::Type::string) {
  mcp::Parameter made;
  made.type = type;
  made.description = "The " + name + ".";
  made.name = std::move(name);
  return made;
}

inline std::vector<mcp::Tool> tools(Seen& seen) {
  using Call = mcp::Call;
  using Arguments = mcp::Arguments;
  auto text = parameter("text");
  text.required = true;
  auto listing = tool("list", list);
  listing.output_schema = json::object{{"type", "object"}};
  auto forgetful = tool("forget", forget);
  forgetful.output_schema = json::object{{"type", "object"}};
  return {
      tool("echo", [&seen](Call& c, Arguments a) { return echo(seen, c, std::move(a)); }, {text}),
      tool("hang", [&seen](Call& c, Arguments a) { return hang(seen, c, std::move(a)); }),
      tool("ask", [&seen](Call& c, Arguments a) { return ask(seen, c, std::move(a)); }, {parameter("what")}),
      tool("count", count, {parameter("steps", mcp::Parameter::Type::integer)}),
      tool("fail", fail),
      tool("crash", crash),
      listing,
      forgetful};
}

/// A client's side of a conversation with a real Server, spoken line by line. Nothing waits for time: after
/// each line everything the server can do at once has been done.
class Conversation {
 public:
  explicit Conversation(mcp::ServerLimits limits = {}, base::Clock clock = {})
      : server({"test-server", "Test server", "1.0", "Use it to test."}, tools(seen), base::Log::silent(),
               limits, std::move(clock)),
        ends_(memory_stream_pair(io.get_executor())) {
    connect();
  }
  explicit Conversation(mcp::Features features, mcp::ServerLimits limits = {})
      : server({"test-server", "Test server", "1.0", "Use it to test."}, std::move(features),
               base::Log::silent(), limits),
        ends_(memory_stream_pair(io.get_executor())) {
    connect();
  }
  ~Conversation() {
    from_server().break_off();
    to_server().end();
    end_tasks();
    io.restart();
    io.run();
    EXPECT_TRUE(served);
    EXPECT_EQ(seen.started, seen.unwound);
  }

  /// How what the server said last is related to what the client asked.
  [[nodiscard]] const mcp::Relation& relation() const { return ends_.second->relations.back(); }
  /// The requests it was said of that no answer comes.
  [[nodiscard]] const std::vector<std::string>& unanswered() const {
    return ends_.second->unanswered_requests;
  }

  /// Runs everything that can run now.
  void settle() {
    io.restart();
    io.poll();
  }
  void say(std::string_view line) {
    to_server().push(std::string(line));
    settle();
  }
  /// The next message of the server; null when it said nothing.
  json::value hear() {
    const auto line = from_server().take();
    settle();
    if (!line) return nullptr;
    EXPECT_EQ(line->find('\n'), std::string::npos);
    return json::parse(*line);
  }
  /// Like hear, but lets timers of the server run until it says something.
  json::value await() {
    io.restart();
    while (from_server().waiting.empty() && io.run_one() > 0) {
    }
    return hear();
  }
  json::value ask(std::string_view line) {
    say(line);
    return hear();
  }
  void initialize(std::string_view version = "2025-11-25", std::string_view capabilities = "{}") {
    const auto answer =
        ask(R"({"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":")" +
            std::string(version) + R"(","capabilities":)" + std::string(capabilities) +
            R"(,"clientInfo":{"name":"tester","version":"9"}}})");
    EXPECT_EQ(answer.at("result").at("protocolVersion").as_string(), version);
    say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  }
  void hang_up() {
    to_server().end();
    io.restart();
    io.run();
  }
  void stop() {
    stop_.emit(base::asio::cancellation_type::terminal);
    io.restart();
    io.run();
  }

  /// As a server does before it goes.
  void end_tasks() {
    base::asio::co_spawn(io, server.end_tasks(), [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    settle();
  }

  [[nodiscard]] MemoryChannel& to_server() { return ends_.first->out(); }
  [[nodiscard]] MemoryChannel& from_server() { return ends_.first->in(); }

  Seen seen;
  base::asio::io_context io;
  mcp::Server server;
  bool served = false;
  std::exception_ptr problem;

 private:
  void connect() {
    base::asio::co_spawn(io, server.serve(ends_.second, base::Principal{}),
                         base::asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr failure) {
                           served = true;
                           problem = std::move(failure);
                         }));
    settle();
  }

  base::asio::cancellation_signal stop_;
  std::pair<std::shared_ptr<MemoryStream>, std::shared_ptr<MemoryStream>> ends_;
};

/// A modern request: `rest` are the params besides `_meta`, with a leading comma when there are any.
inline std::string modern(std::string_view id, std::string_view method, std::string_view rest = "",
                          std::string_view capabilities = R"({"elicitation":{}})") {
  return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":")" + std::string(method) +
         R"(","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)" +
         R"("io.modelcontextprotocol/clientInfo":{"name":"modern","version":"2"},)" +
         R"("io.modelcontextprotocol/clientCapabilities":)" + std::string(capabilities) + "}" +
         std::string(rest) + "}}";
}

inline std::string call(std::string_view id, std::string_view name, std::string_view arguments = "{}",
                        std::string_view meta = "{}") {
  return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"tools/call","params":{"name":")" +
         std::string(name) + R"(","arguments":)" + std::string(arguments) + R"(,"_meta":)" +
         std::string(meta) + "}}";
}

inline std::string text_of(const json::value& answer) {
  return std::string(answer.at("result").at("content").at(0).at("text").as_string());
}
inline bool is_error(const json::value& answer) {
  return answer.at("result").as_object().contains("isError");
}
inline std::int64_t code_of(const json::value& answer) {
  return answer.at("error").at("code").as_int64();
}

}  // namespace mcpssh::testing
