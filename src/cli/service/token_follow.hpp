#pragma once
#include <filesystem>

#include "base/log.hpp"
#include "base/task.hpp"
#include "gateway/gateway.hpp"
#include "mcp/server.hpp"
#include "transport/http.hpp"

namespace mcpssh::cli {

/// Ends what named tokens opened when they are revoked or expire, and what their changed rights no longer
/// reach, until cancelled.
base::Task<void> follow_tokens(transport::HttpServer& http, mcp::Server& server, gateway::Gateway& gateway,
                               std::filesystem::path file, base::Log log);

}  // namespace mcpssh::cli
