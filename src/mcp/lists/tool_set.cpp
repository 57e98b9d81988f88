#include "mcp/lists/tool_set.hpp"

#include <algorithm>

#include "mcp/content.hpp"

namespace mcpssh::mcp {
namespace {

namespace json = base::json;

json::object listing_entry(const Tool& tool) {
  json::object entry{{"name", tool.name}};
  if (!tool.title.empty()) entry["title"] = tool.title;
  entry["description"] = tool.description;
  entry["inputSchema"] = tool.input_schema ? *tool.input_schema : input_schema(tool.parameters);
  if (tool.output_schema) entry["outputSchema"] = *tool.output_schema;
  entry["annotations"] = {{"readOnlyHint", tool.annotations.read_only},
                          {"destructiveHint", tool.annotations.destructive},
                          {"idempotentHint", tool.annotations.idempotent},
                          {"openWorldHint", tool.annotations.open_world}};
  return entry;
}

}  // namespace

ToolSet::ToolSet(std::vector<Tool> tools, MayUse may_use)
    : may_use_(std::move(may_use)), tools_(std::move(tools)) {
  for (auto tool = tools_.begin(); tool != tools_.end(); ++tool) {
    if (std::any_of(tools_.begin(), tool, [&](const Tool& earlier) { return earlier.name == tool->name; }))
      throw base::Error(base::ErrorCode::invalid_argument, "two tools are named " + tool->name);
    listing_.push_back(listing_entry(*tool));
  }
}

bool ToolSet::has_tasks() const {
  return std::ranges::any_of(tools_, [](const Tool& tool) { return tool.tasks != TaskUse::never; });
}

const Tool* ToolSet::find(std::string_view name) const {
  const auto found = std::ranges::find(tools_, name, &Tool::name);
  return found == tools_.end() ? nullptr : &*found;
}

const Tool* ToolSet::find(std::string_view name, const base::Principal& principal) const {
  const auto* tool = find(name);
  return tool != nullptr && may_use_ && !may_use_(principal, *tool) ? nullptr : tool;
}

bool ToolSet::all_for(const base::Principal& principal) const {
  return !may_use_ ||
         std::ranges::all_of(tools_, [&](const Tool& tool) { return may_use_(principal, tool); });
}

json::array ToolSet::listing(const base::Principal& principal) const {
  if (!may_use_) return listing_;
  json::array listing;
  for (std::size_t i = 0; i < tools_.size(); ++i)
    if (may_use_(principal, tools_[i])) listing.push_back(listing_[i]);
  return listing;
}

json::object render(const Tool& tool, const ToolResult& result) {
  json::array content;
  if (!result.text.empty() || result.blocks.empty()) content.push_back(text_block(result.text));
  for (const auto& block : result.blocks) content.push_back(block);
  json::object rendered;
  rendered["content"] = std::move(content);
  if (tool.output_schema && result.structured) rendered["structuredContent"] = *result.structured;
  if (result.is_error) rendered["isError"] = true;
  if (!result.meta.empty()) rendered["_meta"] = result.meta;
  return rendered;
}

}  // namespace mcpssh::mcp
