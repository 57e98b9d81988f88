#pragma once
#include <vector>

#include "gateway/gateway.hpp"
#include "mcp/resource.hpp"

namespace mcpssh::tools {

/// `ssh://hosts/{host}` and `ssh://outputs/{call}`: what ssh_list_hosts and ssh_output say, to be picked by a
/// person. Who may not use the tool does not see the resource either. `gateway` must outlive them.
std::vector<mcp::ResourceTemplate> resource_templates(gateway::Gateway& gateway);

/// Of a host, for Server::resource_changed.
std::string host_uri(const std::string& host);

}  // namespace mcpssh::tools
