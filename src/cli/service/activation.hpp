#pragma once
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace mcpssh::cli {

/// Listening sockets a supervisor opened for us; what is not there was not given.
struct ActivatedSockets {
  base::UniqueFd http;   ///< MCP over HTTP
  base::UniqueFd mcp;    ///< a UNIX socket, for `mcp-ssh connect`
  base::UniqueFd admin;  ///< metrics and health
  [[nodiscard]] bool any() const { return http || mcp || admin; }
};

/// What each of `names`' sockets is for: "http", "mcp" or "admin" by name (FileDescriptorName=), else a TCP
/// socket is http's and a UNIX socket mcp's. Throws Error(invalid_config) for two of one kind and for what
/// does not listen. The sockets are closed on exec from here on.
ActivatedSockets sort_sockets(std::vector<base::UniqueFd> sockets, const std::vector<std::string>& names);

/// Those of sd_listen_fds(3). Takes LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES out of the process
/// environment, so that no program started later takes them for its own.
ActivatedSockets activated_sockets();

}  // namespace mcpssh::cli
