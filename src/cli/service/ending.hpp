#pragma once
#include <chrono>
#include <functional>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "base/task.hpp"
#include "gateway/gateway.hpp"
#include "mcp/server.hpp"

/// How serving ends.
namespace mcpssh::cli {

/// Returns when the server is to end: after a first SIGTERM or SIGINT running commands get `grace` and new
/// ones are refused; a second one ends it at once.
/// `drain`: what else is told of the first one.
base::Task<void> until_told_to_end(gateway::Gateway& gateway, std::chrono::milliseconds grace, base::Log log,
                                   std::function<void()> drain);

/// What a way of serving has to end with, however it ended.
base::Task<void> close_house(gateway::Gateway& gateway, mcp::Server& server, base::Nursery& chores);

}  // namespace mcpssh::cli
