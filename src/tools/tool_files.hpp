#pragma once
#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"
#include "tools/options.hpp"

/// One factory a tool; each has a file of its name.
namespace mcpssh::tools {

mcp::Tool list_hosts(gateway::Gateway& gateway);
mcp::Tool connect(gateway::Gateway& gateway);
mcp::Tool run(gateway::Gateway& gateway, Options options);
mcp::Tool check(gateway::Gateway& gateway);
mcp::Tool shell(gateway::Gateway& gateway, Options options);
mcp::Tool output(gateway::Gateway& gateway);
mcp::Tool stop(gateway::Gateway& gateway);
mcp::Tool list_sessions(gateway::Gateway& gateway);
mcp::Tool disconnect(gateway::Gateway& gateway);
mcp::Tool tunnel(gateway::Gateway& gateway);

}  // namespace mcpssh::tools
