// Questions to the client in the middle of a call.
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

ToolResult pending() {
  ToolResult result;
  result.ask_state = "asked";
  return result;
}

Task<ToolResult> sampling(Call& call, Arguments arguments) {
  auto question = sample({}, arguments.string("prompt").value_or(""), 100);
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == Answered::State::pending) co_return pending();
  if (answered.state == Answered::State::none) co_return said("Sampling not supported");
  co_return said("LLM response: " + sampled_text(answered.result));
}

/// What a form came back with, behind `title`.
Task<ToolResult> show_form(Call& call, std::string title, mcp::Question question) {
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == Answered::State::pending) co_return pending();
  if (answered.state == Answered::State::none) co_return said("Elicitation not supported");
  const auto action = base::find_string(answered.result, "action").value_or("");
  const auto* content = base::find_object(answered.result, "content");
  co_return said(title + ": action=" + action +
                 ", content=" + json::serialize(content == nullptr ? json::object() : *content));
}

Task<ToolResult> elicitation(Call& call, Arguments arguments) {
  auto question = one_field({}, arguments.string("message").value_or(""), "response", "string");
  return show_form(call, "User response", std::move(question));
}

json::object form(std::string_view properties) {
  json::object schema{{"type", "object"}};
  schema["properties"] = json::parse(properties);
  schema["required"] = json::array();
  return schema;
}

Task<ToolResult> defaults(Call& call, Arguments) {
  auto question = mcp::form_question("Please review and update the form fields with defaults", form(R"({
    "name": {"type": "string", "description": "User name", "default": "John Doe"},
    "age": {"type": "integer", "description": "User age", "default": 30},
    "score": {"type": "number", "description": "User score", "default": 95.5},
    "status": {"type": "string", "description": "User status", "enum": ["active", "inactive", "pending"],
               "default": "active"},
    "verified": {"type": "boolean", "description": "Verification status", "default": true}})"));
  return show_form(call, "Elicitation completed", std::move(question));
}

Task<ToolResult> enums(Call& call, Arguments) {
  auto question = mcp::form_question("Please select options from the enum fields", form(R"({
    "untitledSingle": {"type": "string", "description": "Select one option",
                       "enum": ["option1", "option2", "option3"]},
    "titledSingle": {"type": "string", "description": "Select one option with titles",
                     "oneOf": [{"const": "value1", "title": "First Option"},
                               {"const": "value2", "title": "Second Option"},
                               {"const": "value3", "title": "Third Option"}]},
    "legacyEnum": {"type": "string", "description": "Select one option, the old way",
                   "enum": ["opt1", "opt2", "opt3"],
                   "enumNames": ["Option One", "Option Two", "Option Three"]},
    "untitledMulti": {"type": "array", "description": "Select multiple options", "minItems": 1, "maxItems": 3,
                      "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
    "titledMulti": {
  "type" : "array",
           "description" : "Select multiple options with titles",
                           "minItems" : 1,
                           "maxItems" : 3,
                           "items" : {
    "anyOf" : [
      {"const" : "value1", "title" : "First Choice"}, {"const" : "value2", "title" : "Second Choice"},
      {"const" : "value3", "title" : "Third Choice"}
    ]
  }
}
})"));
  return show_form(call, "Elicitation completed", std::move(question));
}

Task<ToolResult> needs_sampling(Call& call, Arguments) {
  call.require(mcp::Ability::sampling);
  auto question = sample("llm_answer", "Reply with the single word: pong", 16);
  const auto answered = co_await call.ask(std::move(question));
  if (answered.state == Answered::State::pending) co_return pending();
  co_return said("sampling round-trip complete");
}

}  // namespace

std::vector<mcp::Tool> asking_tools() {
  auto asks_model = tool("test_sampling", "Asks the client's model", sampling);
  asks_model.parameters = {text_parameter("prompt", "The prompt to send to the model", true)};
  auto asks_human = tool("test_elicitation", "Asks the client's human", elicitation);
  asks_human.parameters = {text_parameter("message", "The message to show the human", true)};
  return {asks_model, asks_human,
          tool("test_elicitation_sep1034_defaults", "Asks with defaults for all types", defaults),
          tool("test_elicitation_sep1330_enums", "Asks with enums of all kinds", enums),
          tool("test_missing_capability", "Needs a client that can sample", needs_sampling)};
}

}  // namespace mcpssh::conformance
