#pragma once
#include <string>

#include "base/json.hpp"

namespace mcpssh::cli {

/// An open request as a server describes it (control/protocol.hpp), for a person's eyes: nothing in it can
/// move the cursor or hide, whatever the server says.
std::string request_text(const base::json::object& request);

}  // namespace mcpssh::cli
