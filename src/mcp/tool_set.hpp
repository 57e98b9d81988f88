#pragma once
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::mcp {

/// The tools of a server in the order they were given, which is the order
/// clients see. Immutable.
class ToolSet {
 public:
  /// Throws Error(invalid_argument) when two tools have one name.
  explicit ToolSet(std::vector<Tool> tools);

  /// Null when there is none of that name.
  [[nodiscard]] const Tool* find(std::string_view name) const;
  /// The `tools` array of tools/list.
  [[nodiscard]] const base::json::array& listing() const { return listing_; }

 private:
  std::vector<Tool> tools_;
  base::json::array listing_;
};

/// A CallToolResult: text first, structuredContent only for a tool with an
/// output schema.
base::json::object render(const Tool& tool, const ToolResult& result);

}  // namespace mcpssh::mcp
