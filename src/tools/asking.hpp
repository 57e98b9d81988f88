#pragma once
#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"

/// Putting the gateway's questions before the human behind the client.
namespace mcpssh::tools {

/// The form that goes with them: "accept" is the answer.
base::json::object approval_schema();

/// Nothing while the answer is pending (modern era).
std::optional<gateway::Decision> decision_of(const mcp::Elicited& elicited);

/// One question about many calls; those that would do the same are named together.
std::string question_about(const std::vector<gateway::Waiting>& waiting);

}  // namespace mcpssh::tools
