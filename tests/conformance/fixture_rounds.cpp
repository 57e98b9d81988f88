// Multi round-trip requests (2026-07-28): results that ask, and calls that come back with answers.
#include "fixtures.hpp"
#include "making.hpp"

namespace mcpssh::conformance {
namespace {

namespace json = base::json;
using base::Task;
using mcp::Answered;
using mcp::Arguments;
using mcp::Call;
using mcp::ToolResult;
using State = Answered::State;

ToolResult pending(std::string state = "asked") {
  ToolResult result;
  result.ask_state = std::move(state);
  return result;
}

/// A field of an accepted form, when it is a string.
std::string field(const Answered& answered, std::string_view name) {
  const auto* content = base::find_object(answered.result, "content");
  return content == nullptr ? "" : base::find_string(*content, name).value_or("");
}

mcp::Question user_name() {
  return one_field("user_name", "What is your name?", "name", "string");
}

mcp::Question client_roots() {
  auto question = mcp::roots_question();
  question.name = "client_roots";
  return question;
}

Task<ToolResult> elicitation(Call& call, Arguments) {
  auto question = user_name();
  question.proven = false;  // a name is no approval
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == State::pending) co_return pending();
  const auto name = field(answered, "name");
  if (name.empty()) co_return said("Nobody told a name.");
  co_return said("Hello, " + name + "!");
}

Task<ToolResult> sampling(Call& call, Arguments) {
  auto question = sample("capital_question", "What is the capital of France?", 100);
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == State::pending) co_return pending();
  co_return said("Sampling response: " + sampled_text(answered.result));
}

std::size_t count_roots(const Answered& answered) {
  const auto* roots = answered.result.if_contains("roots");
  return roots != nullptr && roots->is_array() ? roots->get_array().size() : 0;
}

Task<ToolResult> list_roots(Call& call, Arguments) {
  auto question = client_roots();
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == State::pending) co_return pending();
  co_return said("Client exposed " + std::to_string(count_roots(answered)) +
                 " root(s): " + json::serialize(answered.result));
}

/// Asks for a confirmation and says `text` when it came with a requestState that was verified.
Task<ToolResult> confirmed(Call& call, std::string text) {
  auto question = one_field("confirm", "Please confirm", "ok", "boolean");
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == State::pending) co_return pending();
  co_return said(std::move(text));
}

Task<ToolResult> request_state(Call& call, Arguments) {
  return confirmed(call, "state-ok: requestState verified and confirmation received");
}

Task<ToolResult> tampered_state(Call& call, Arguments) {
  return confirmed(call, "integrity-ok: requestState verified");
}

/// Asks for everything in one round.
Task<ToolResult> multiple_inputs(Call& call, Arguments) {
  auto for_name = user_name();
  auto for_greeting = sample("greeting", "Generate a greeting", 50);
  auto for_roots = client_roots();
  const auto name = co_await call.ask(std::move(for_name));
  const auto greeting = co_await call.ask(std::move(for_greeting));
  const auto roots = co_await call.ask(std::move(for_roots));
  if (name.state == State::pending || greeting.state == State::pending || roots.state == State::pending)
    co_return pending();
  co_return said(sampled_text(greeting.result) + " " + field(name, "name") + ", " +
                 std::to_string(count_roots(roots)) + " root(s) visible");
}

/// Answers of earlier rounds do not come again, so the name travels in the state.
Task<ToolResult> multi_round(Call& call, Arguments) {
  auto name = call.resumed_state().value_or("");
  if (name.empty() || name == "asked") {
    auto question = one_field("step1", "Step 1: What is your name?", "name", "string");
    const auto answered = co_await call.ask(std::move(question));
    if (answered.state == State::pending) co_return pending();
    name = "name:" + field(answered, "name");
  }
  auto question = one_field("step2", "Step 2: What is your favorite color?", "color", "string");
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == State::pending) co_return pending(name);
  co_return said("Multi-round complete: " + name + " likes " + field(answered, "color"));
}

/// Asks only what the client declared.
Task<ToolResult> by_capability(Call& call, Arguments) {
  bool waiting = false;
  std::vector<mcp::Question> questions{user_name(), sample("greeting", "Generate a short greeting", 50),
                                       client_roots()};
  for (auto& question : questions) {
    const auto answered = co_await call.ask(std::move(question));
    if (answered.state == State::pending) waiting = true;
  }
  if (waiting) co_return pending();
  co_return said("Nothing left to ask of this client");
}

Task<ToolResult> announcement(std::function<void(mcp::Change)> announce, mcp::Change what) {
  announce(what);
  co_return said("published");
}

}  // namespace

std::vector<mcp::Tool> input_required_tools() {
  return {tool("test_input_required_result_elicitation", "Asks for a name", elicitation),
          tool("test_input_required_result_sampling", "Asks the model", sampling),
          tool("test_input_required_result_list_roots", "Asks for the roots", list_roots),
          tool("test_input_required_result_request_state", "Asks, with a requestState", request_state),
          tool("test_input_required_result_multiple_inputs", "Asks three things at once", multiple_inputs),
          tool("test_input_required_result_multi_round", "Asks twice", multi_round),
          tool("test_input_required_result_tampered_state", "Takes no forged requestState", tampered_state),
          tool("test_input_required_result_capabilities", "Asks only what was declared", by_capability)};
}

std::vector<mcp::Tool> change_tools(std::function<void(mcp::Change)> announce) {
  return {tool("test_trigger_tool_change", "Says that the tools changed",
               [announce](Call&, const Arguments&) { return announcement(announce, mcp::Change::tools); }),
          tool("test_trigger_prompt_change", "Says that the prompts changed",
               [announce](Call&, const Arguments&) { return announcement(announce, mcp::Change::prompts); })};
}

}  // namespace mcpssh::conformance
