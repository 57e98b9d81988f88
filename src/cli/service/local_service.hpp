#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "base/task.hpp"
#include "mcp/server.hpp"
#include "transport/local/local_socket.hpp"

namespace mcpssh::cli {

/// Where a service and its clients meet: `given`, else MCP_SOCKET, else mcp.sock in $XDG_RUNTIME_DIR/mcp-ssh
/// or /run/mcp-ssh.
std::filesystem::path socket_path(const std::string& given);

/// Serves the clients of `listener` as `clients` of the nursery, until cancelled; each is a peer of `server`,
/// which must outlive the nursery. Too many at once, or of one user, are sent away.
base::Task<void> serve_local(mcp::Server& server, std::shared_ptr<transport::LocalListener> listener,
                             base::Nursery& clients, base::Log log);

}  // namespace mcpssh::cli
