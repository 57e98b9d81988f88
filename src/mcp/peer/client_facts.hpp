#pragma once
#include <set>
#include <string>

#include "base/json.hpp"
#include "mcp/call.hpp"

namespace mcpssh::mcp {

/// "claude-code 2.1" from an Implementation object, cleaned and bounded; empty
/// when it has no name. A hint, never trusted.
std::string client_name(const base::json::object* client_info);

using Abilities = std::set<Ability>;

/// What ClientCapabilities declare; `elicitation: {}` means form (2025-11-25,
/// elicitation).
Abilities declared_abilities(const base::json::object& capabilities);

/// True when they declare the tasks extension.
bool declares_tasks(const base::json::object& capabilities);

/// The ClientCapabilities that declare `ability`, for the data of -32021.
base::json::object capabilities_with(Ability ability);

}  // namespace mcpssh::mcp
