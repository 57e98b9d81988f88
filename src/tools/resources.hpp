#pragma once
#include <functional>
#include <string>
#include <vector>

#include "gateway/gateway.hpp"
#include "mcp/resource.hpp"

namespace mcpssh::tools {

/// `ssh://hosts/{host}` and `ssh://outputs/{call}`: what ssh_list_hosts and ssh_output say, to be picked by a
/// person. Who may not use the tool does not see the resource either. `gateway` must outlive them.
std::vector<mcp::ResourceTemplate> resource_templates(gateway::Gateway& gateway);

/// Of a host, for Server::resource_changed.
std::string host_uri(const std::string& host);

/// For mcp::Features: whether a principal may be told that the resource changed. A host that was removed is
/// told to those whose rights named it without groups. `gateway` must outlive it.
std::function<bool(const base::Principal&, const std::string& uri)> may_see(const gateway::Gateway& gateway);

}  // namespace mcpssh::tools
