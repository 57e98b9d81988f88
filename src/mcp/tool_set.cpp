#include "mcp/tool_set.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mcpssh::mcp {
namespace {

namespace json = base::json;

json::object listing_entry(const Tool& tool) {
  json::object entry{{"name", tool.name}};
  if (!tool.title.empty()) entry["title"] = tool.title;
  entry["description"] = tool.description;
  entry["inputSchema"] = input_schema(tool.parameters);
  if (tool.output_schema) entry["outputSchema"] = *tool.output_schema;
  entry["annotations"] = {{"readOnlyHint", tool.annotations.read_only},
                          {"destructiveHint", tool.annotations.destructive},
                          {"idempotentHint", tool.annotations.idempotent},
                          {"openWorldHint", tool.annotations.open_world}};
  return entry;
}

}  // namespace

ToolSet::ToolSet(std::vector<Tool> tools) : tools_(std::move(tools)) {
  for (auto tool = tools_.begin(); tool != tools_.end(); ++tool) {
    if (std::any_of(tools_.begin(), tool, [&](const Tool& earlier) { return earlier.name == tool->name; }))
      throw base::Error(base::ErrorCode::invalid_argument, "two tools are named " + tool->name);
    listing_.push_back(listing_entry(*tool));
  }
}

const Tool* ToolSet::find(std::string_view name) const {
  const auto found = std::ranges::find(tools_, name, &Tool::name);
  return found == tools_.end() ? nullptr : &*found;
}

json::object render(const Tool& tool, const ToolResult& result) {
  json::object text{{"type", "text"}, {"text", base::to_utf8(result.text)}};
  json::object rendered;
  rendered["content"] = json::array{std::move(text)};
  if (tool.output_schema && result.structured) rendered["structuredContent"] = *result.structured;
  if (result.is_error) rendered["isError"] = true;
  if (!result.meta.empty()) rendered["_meta"] = result.meta;
  return rendered;
}

}  // namespace mcpssh::mcp
