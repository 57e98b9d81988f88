// A small server on the real protocol and transport rooms, for tests with independent clients. Knows no SSH.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "base/log.hpp"
#include "base/wakeup.hpp"
#include "mcp/server.hpp"
#include "transport/stdio.hpp"

namespace {

namespace asio = mcpssh::base::asio;
namespace json = mcpssh::base::json;
using mcpssh::base::Task;
using mcpssh::mcp::Arguments;
using mcpssh::mcp::Call;
using mcpssh::mcp::Elicited;
using mcpssh::mcp::Parameter;
using mcpssh::mcp::Tool;
using mcpssh::mcp::ToolResult;

ToolResult said(std::string text) {
  ToolResult result;
  result.text = std::move(text);
  return result;
}

/// `progress` ends when `echo` is called.
struct Stage {
  explicit Stage(const mcpssh::base::Executor& executor) : called(executor) {}
  mcpssh::base::Wakeup called;
};

Task<ToolResult> echo(Stage& stage, Call&, Arguments arguments) {
  stage.called.notify();
  co_return said(arguments.string("text").value_or(""));
}

/// Says on stderr how it ended, so that a test sees the cancellation arrive.
struct Farewell {
  bool finished = false;
  Farewell() = default;
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
  ~Farewell() { std::fputs(finished ? "slow: finished\n" : "slow: unwound\n", stderr); }
};

Task<ToolResult> slow(Call&, Arguments arguments) {
  Farewell farewell;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, std::chrono::milliseconds(arguments.integer("ms").value_or(60'000)));
  co_await timer.async_wait(asio::use_awaitable);
  farewell.finished = true;
  co_return said("done");
}

Task<ToolResult> fail(Call&, Arguments) {
  throw mcpssh::base::Error(mcpssh::base::ErrorCode::connect_failed, "connection refused", "start sshd");
  co_return said("");
}

Task<ToolResult> progress(Stage& stage, Call& call, Arguments) {
  for (int step = 1; step <= 3; ++step) call.progress(step, 3, "step " + std::to_string(step));
  co_await stage.called.wait();
  co_return said("counted to 3");
}

Task<ToolResult> ask(Call& call, Arguments) {
  if (!call.can_elicit()) co_return said("nobody to ask");
  json::object schema{{"type", "object"},
                      {"properties", {{"approve", {{"type", "boolean"}, {"title", "Approve"}}}}},
                      {"required", {"approve"}}};
  const auto elicited = co_await call.elicit("Reboot core-sw1?", std::move(schema));
  switch (elicited.answer) {
    case Elicited::Answer::accepted:
      co_return said("accepted " + json::serialize(elicited.content));
    case Elicited::Answer::declined:
      co_return said("declined");
    case Elicited::Answer::cancelled:
      co_return said("cancelled");
    case Elicited::Answer::pending:
      break;
  }
  auto result = said("");
  result.ask_state = "reboot";
  co_return result;
}

Task<ToolResult> facts(Call& call, Arguments) {
  auto result = said("client " + call.principal().client);
  result.structured = json::object{{"client", call.principal().client}};
  co_return result;
}

Tool tool(std::string name, std::string description, std::function<Task<ToolResult>(Call&, Arguments)> run) {
  Tool made;
  made.name = std::move(name);
  made.title = made.name;
  made.description = std::move(description);
  made.run = std::move(run);
  return made;
}

std::vector<Tool> tools(Stage& stage) {
  Parameter text;
  text.name = "text";
  text.description = "What to say back.";
  text.required = true;
  Parameter milliseconds;
  milliseconds.name = "ms";
  milliseconds.type = Parameter::Type::integer;
  milliseconds.description = "How long to take.";
  milliseconds.minimum = 0;
  auto echoing = tool("echo", "Says back what it is told.",
                      [&stage](Call& call, Arguments a) { return echo(stage, call, std::move(a)); });
  echoing.parameters = {text};
  auto waiting = tool("slow", "Takes its time; can be cancelled.", slow);
  waiting.parameters = {milliseconds};
  auto knowing = tool("facts", "Says who called.", facts);
  knowing.output_schema = json::object{
      {"type", "object"}, {"properties", {{"client", {{"type", "string"}}}}}, {"required", {"client"}}};
  return {echoing,
          waiting,
          tool("fail", "Fails as a tool does.", fail),
          tool("progress", "Reports progress.",
               [&stage](Call& call, Arguments a) { return progress(stage, call, std::move(a)); }),
          tool("ask", "Asks the human behind the client.", ask),
          knowing};
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  auto descriptors = mcpssh::transport::claim_stdio();
  std::puts("a stray print that must never reach the client");
  std::fflush(stdout);
  asio::io_context io(1);
  Stage stage(io.get_executor());
  mcpssh::mcp::Server server({"echo-server", "Echo server", "1.0", "For tests."}, tools(stage),
                             mcpssh::base::Log::to_stderr());
  std::exception_ptr problem;
  asio::co_spawn(io,
                 server.serve(mcpssh::transport::stdio_stream(io.get_executor(), std::move(descriptors)), {}),
                 [&problem](std::exception_ptr failure) { problem = std::move(failure); });
  io.run();
  return problem ? 1 : 0;
}
