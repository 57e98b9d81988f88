#pragma once
#include "base/log.hpp"
#include "mcp/lists/fixed_answers.hpp"
#include "mcp/lists/news.hpp"
#include "mcp/lists/prompt_set.hpp"
#include "mcp/lists/resource_set.hpp"
#include "mcp/lists/tool_set.hpp"
#include "mcp/peer/request_state.hpp"
#include "mcp/request_end.hpp"
#include "mcp/server.hpp"
#include "mcp/task/task_board.hpp"

namespace mcpssh::mcp {

/// What all peers of one server share.
struct Service {
  Service(ServerInfo server, Features features, base::Log messages, ServerLimits bounds, base::Clock clock);

  /// Which changes clients are told of.
  struct Changes {
    bool tools = false, resources = false, prompts = false;
  };

  ServerInfo info;
  json::object identity;  ///< `info` as an Implementation object
  Changes changes;
  ToolSet tools;
  ResourceSet resources;
  PromptSet prompts;
  /// Of Features, and true where that is empty.
  std::function<bool(const base::Principal&, const std::string& uri)> may_see;
  decltype(Features::misfit) misfit;  ///< may be empty
  std::string error_code_key;
  bool logging = false;
  base::Log log;
  ServerLimits limits;
  RequestStates states;
  FixedAnswers fixed;
  ChangeHub hub;
  TaskBoard tasks;
  OnRequestEnd on_request_end{};  ///< may be empty
};

}  // namespace mcpssh::mcp
