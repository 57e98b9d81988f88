#pragma once
#include <expected>

#include "base/task.hpp"
#include "mcp/job.hpp"
#include "mcp/outbox.hpp"
#include "mcp/server_requests.hpp"
#include "mcp/service.hpp"

namespace mcpssh::mcp {

/// Runs a job under the rules of its sender's era and gives its result or error. Modern era: opens the
/// requestState and the answers the client brought, and seals what is still to be asked (2026-07-28, multi
/// round-trip requests).
base::Task<std::expected<json::object, RpcError>> perform(Service& service, Outbox& outbox,
                                                          ServerRequests& requests, Job job);

}  // namespace mcpssh::mcp
