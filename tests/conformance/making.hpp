#pragma once
#include <string>
#include <utility>

#include "mcp/tool.hpp"

/// Short ways to make what the fixtures are made of.
namespace mcpssh::conformance {

inline mcp::ToolResult said(std::string text) {
  mcp::ToolResult result;
  result.text = std::move(text);
  return result;
}

inline mcp::Tool tool(std::string name, std::string description,
                      std::function<base::Task<mcp::ToolResult>(mcp::Call&, mcp::Arguments)> run) {
  mcp::Tool made;
  made.name = std::move(name);
  made.description = std::move(description);
  made.annotations.destructive = false;
  made.run = std::move(run);
  return made;
}

inline mcp::Parameter text_parameter(std::string name, std::string description, bool required) {
  mcp::Parameter made;
  made.name = std::move(name);
  made.description = std::move(description);
  made.required = required;
  return made;
}

/// A form with one field that has to be filled in.
inline mcp::Question one_field(std::string name, std::string message, const std::string& field,
                               std::string_view type) {
  base::json::object properties;
  properties[field] = {{"type", type}};
  base::json::object schema{{"type", "object"}};
  schema["properties"] = std::move(properties);
  schema["required"] = base::json::array{field};
  auto question = mcp::form_question(std::move(message), std::move(schema));
  question.name = std::move(name);
  return question;
}

/// Asks the client's model.
inline mcp::Question sample(std::string name, std::string_view prompt, int tokens) {
  base::json::object message{{"role", "user"}, {"content", {{"type", "text"}, {"text", prompt}}}};
  base::json::object params;
  params["messages"] = base::json::array{std::move(message)};
  params["maxTokens"] = tokens;
  auto question = mcp::sampling_question(std::move(params));
  question.name = std::move(name);
  return question;
}

/// The text a model wrote.
inline std::string sampled_text(const base::json::object& result) {
  const auto* content = base::find_object(result, "content");
  return content == nullptr ? "" : base::find_string(*content, "text").value_or("");
}

}  // namespace mcpssh::conformance
