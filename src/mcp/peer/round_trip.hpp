#pragma once
#include <expected>
#include <optional>

#include "base/task.hpp"
#include "mcp/peer/job.hpp"
#include "mcp/peer/live_call.hpp"
#include "mcp/peer/outbox.hpp"
#include "mcp/peer/server_requests.hpp"
#include "mcp/service.hpp"

namespace mcpssh::mcp {

using Performed = std::expected<json::object, RpcError>;

/// What the client brought to a call of the modern era.
struct Round {
  StateBinding binding;
  std::optional<Carried> carried;  ///< from a requestState that was verified
  json::object answers;
};

/// Runs a job of the modern era and gives its whole result, which may be to ask first.
base::Task<Performed> play(Service& service, const Job& job, const StateBinding& binding, ModernCall& call);

/// Runs a job under the rules of its sender's era and gives its result or error. Modern era: opens the
/// requestState and the answers the client brought, and seals what is still to be asked (2026-07-28, multi
/// round-trip requests).
base::Task<Performed> perform(Service& service, Outbox& outbox, ServerRequests& requests, Job job);

}  // namespace mcpssh::mcp
