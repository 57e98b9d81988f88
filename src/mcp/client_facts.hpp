#pragma once
#include <string>

#include "base/json.hpp"

namespace mcpssh::mcp {

/// "claude-code 2.1" from an Implementation object, cleaned and bounded; empty
/// when it has no name. A hint, never trusted.
std::string client_name(const base::json::object* client_info);

/// True when ClientCapabilities declare form elicitation; `elicitation: {}`
/// means form (2025-11-25, elicitation).
bool declares_form_elicitation(const base::json::object& capabilities);

}  // namespace mcpssh::mcp
