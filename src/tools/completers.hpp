#pragma once
#include "gateway/gateway.hpp"
#include "mcp/completion.hpp"

/// What may stand where somebody types. Only what the asker may see; names that begin with what is typed come
/// first, then those that hold it. `gateway` must outlive them.
namespace mcpssh::tools {

mcp::Completer complete_host(gateway::Gateway& gateway);
/// The last term of a selector: hosts, groups as "@web", "*".
mcp::Completer complete_hosts(gateway::Gateway& gateway);
/// Ids of the asker's calls.
mcp::Completer complete_call(gateway::Gateway& gateway);

}  // namespace mcpssh::tools
