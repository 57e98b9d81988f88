#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/principal.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::mcp {

/// The tools of a server in the order they were given, which is the order
/// clients see. Immutable.
class ToolSet {
 public:
  using MayUse = std::function<bool(const base::Principal&, const Tool&)>;

  /// Throws Error(invalid_argument) when two tools have one name. An empty `may_use` allows all.
  explicit ToolSet(std::vector<Tool> tools, MayUse may_use = {});

  [[nodiscard]] bool empty() const { return tools_.empty(); }
  /// True when not all see the same.
  [[nodiscard]] bool filtered() const { return bool(may_use_); }
  [[nodiscard]] bool all_for(const base::Principal& principal) const;
  /// True when there are calls that may go on as tasks.
  [[nodiscard]] bool has_tasks() const;
  /// Null when there is none of that name.
  [[nodiscard]] const Tool* find(std::string_view name) const;
  /// Null when there is none of that name for this principal.
  [[nodiscard]] const Tool* find(std::string_view name, const base::Principal& principal) const;
  /// The `tools` array of tools/list, all pages.
  [[nodiscard]] base::json::array listing(const base::Principal& principal) const;

 private:
  MayUse may_use_;
  std::vector<Tool> tools_;
  base::json::array listing_;  ///< of all
};

/// A CallToolResult: text first, structuredContent only for a tool with an
/// output schema. Without any block the text stands, though empty.
base::json::object render(const Tool& tool, const ToolResult& result);

}  // namespace mcpssh::mcp
