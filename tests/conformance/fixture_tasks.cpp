// Calls that go on as tasks (extension io.modelcontextprotocol/tasks).
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "fixtures.hpp"
#include "making.hpp"
#include "mcp/wire/protocol_error.hpp"

namespace mcpssh::conformance {
namespace {

using base::Task;
using mcp::Answered;
using mcp::Arguments;
using mcp::Call;
using mcp::ToolResult;

constexpr auto a_while = std::chrono::milliseconds(300);

Task<ToolResult> greet(Call&, Arguments arguments) {
  co_return said("Hello, " + arguments.string("name").value_or("") + "!");
}

Task<ToolResult> slow_compute(Call& call, Arguments arguments) {
  const auto seconds = arguments.integer("seconds").value_or(0);
  if (seconds > 0) call.become_task("computing");
  co_await pause(std::chrono::seconds(seconds));
  co_return said("computed " + arguments.string("label").value_or(""));
}

Task<ToolResult> failing_job(Call& call, Arguments) {
  call.become_task("about to fail");
  co_await pause(a_while);
  auto result = said("the job failed");
  result.is_error = true;
  co_return result;
}

Task<ToolResult> protocol_error_job(Call& call, Arguments) {
  call.become_task("about to break");
  co_await pause(a_while);
  throw mcp::ProtocolError({-32603, "the job broke", {}});
}

Task<ToolResult> confirm_delete(Call& call, Arguments arguments) {
  call.become_task("has to be confirmed");
  const auto file = arguments.string("filename").value_or("");
  auto question = one_field("confirm", "Delete " + file + "?", "confirm", "boolean");
  const auto answered = co_await call.ask(std::move(question));
  const auto* content = base::find_object(answered.result, "content");
  const auto* confirmed = content == nullptr ? nullptr : content->if_contains("confirm");
  const bool yes = confirmed != nullptr && confirmed->is_bool() && confirmed->get_bool();
  co_return said((yes ? "deleted " : "kept ") + file);
}

Task<ToolResult> multi_input(Call& call, Arguments) {
  using namespace base::asio::experimental::awaitable_operators;
  call.become_task("has two questions");
  auto name = one_field("name", "What is your name?", "name", "string");
  auto confirmation = one_field("confirm", "Go on?", "confirm", "boolean");
  co_await (call.ask(std::move(name)) && call.ask(std::move(confirmation)));
  co_return said("both were answered");
}

/// Asks before it is a task, and goes on as one.
Task<ToolResult> ask_then_run(Call& call, Arguments) {
  auto question = one_field("user_name", "What is your name?", "name", "string");
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == Answered::State::pending) {
    ToolResult pending;
    pending.ask_state = "asked";
    co_return pending;
  }
  call.become_task("greeting");
  co_await pause(a_while);
  const auto* content = base::find_object(answered.result, "content");
  const auto name = content == nullptr ? "" : base::find_string(*content, "name").value_or("");
  co_return said("Hello from a task, " + name + "!");
}

mcp::Tool task_tool(std::string name, std::string description,
                    std::function<Task<ToolResult>(Call&, Arguments)> run,
                    mcp::TaskUse use = mcp::TaskUse::may) {
  auto made = tool(std::move(name), std::move(description), std::move(run));
  made.tasks = use;
  return made;
}

}  // namespace

std::vector<mcp::Tool> task_tools() {
  auto greeting = tool("greet", "Greets at once", greet);
  greeting.parameters = {text_parameter("name", "Whom to greet", true)};
  auto slow = task_tool("slow_compute", "Takes its time", slow_compute);
  auto seconds = text_parameter("seconds", "How long", true);
  seconds.type = mcp::Parameter::Type::integer;
  slow.parameters = {seconds, text_parameter("label", "What for", false)};
  auto confirm = task_tool("confirm_delete", "Asks before it deletes nothing", confirm_delete);
  confirm.parameters = {text_parameter("filename", "What to delete", true)};
  constexpr auto always = mcp::TaskUse::always;
  return {greeting,
          slow,
          task_tool("failing_job", "Fails after a while", failing_job, always),
          task_tool("protocol_error_job", "Breaks after a while", protocol_error_job),
          confirm,
          task_tool("multi_input", "Asks two things at once", multi_input),
          task_tool("test_tool_with_task", "Asks, then goes on as a task", ask_then_run, always)};
}

}  // namespace mcpssh::conformance
