#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/task.hpp"
#include "mcp/call.hpp"
#include "mcp/completion.hpp"

namespace mcpssh::mcp {

struct PromptArgument {
  std::string name, title, description;
  bool required = false;
  Completer complete{};
};

struct PromptMessage {
  enum class Role { user, assistant } role = Role::user;
  base::json::object content;  ///< a block of mcp/content.hpp
};

struct PromptResult {
  std::string description;
  std::vector<PromptMessage> messages;
  std::optional<std::string> ask_state{};  ///< as ToolResult's
};

using PromptArguments = std::map<std::string, std::string>;

/// Text a human starts from. Arguments are checked before `get`: known, and all the required ones there.
struct Prompt {
  std::string name, title, description;
  std::vector<PromptArgument> arguments;
  std::function<base::Task<PromptResult>(Call&, PromptArguments)> get;
};

}  // namespace mcpssh::mcp
