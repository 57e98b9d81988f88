#pragma once
#include "base/log.hpp"
#include "mcp/request_state.hpp"
#include "mcp/server.hpp"
#include "mcp/tool_set.hpp"

namespace mcpssh::mcp {

/// What all peers of one server share.
struct Service {
  Service(ServerInfo server, std::vector<Tool> all_tools, base::Log messages, ServerLimits bounds,
          base::Clock clock);

  ServerInfo info;
  json::object identity;  ///< `info` as an Implementation object
  ToolSet tools;
  base::Log log;
  ServerLimits limits;
  RequestStates states;
};

}  // namespace mcpssh::mcp
