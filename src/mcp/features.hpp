#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/principal.hpp"
#include "mcp/prompt.hpp"
#include "mcp/resource.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::mcp {

/// What a server has. Clients are told of nothing it has not.
struct Features {
  std::vector<Tool> tools;
  std::vector<Resource> resources{};
  std::vector<ResourceTemplate> templates{};
  std::vector<Prompt> prompts{};
  /// Handlers log to the client (Call::log).
  bool logging = false;
  /// Declares listChanged, and for resources subscriptions: Server::changed will be called.
  bool tools_change = false, resources_change = false, prompts_change = false;
  /// Which tools a principal may use; the others do not exist for it. Empty: all.
  std::function<bool(const base::Principal&, const Tool&)> may_use{};
  /// Told of a tools/call that reaches no tool, before its answer: of one that does not exist for the
  /// principal, or with arguments it does not take. Must not throw.
  std::function<void(const base::Principal&, const std::string& tool, const base::Error& why)> misfit{};
  /// Under what name `_meta` of a failed call has the error's code (base/faults.hpp). Empty: it has none.
  std::string error_code_key{};
  /// Whether a principal may be told that the resource at `uri` changed, asked whenever it is about to be.
  /// Must not throw. Empty: always.
  std::function<bool(const base::Principal&, const std::string& uri)> may_see{};
};

/// What Server::changed speaks of.
enum class Change { tools, resources, prompts };

}  // namespace mcpssh::mcp
