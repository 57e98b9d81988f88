#pragma once
#include <vector>

#include "base/json.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// [{"rule", "decision", "effect", "reason", "span": [begin, end]}, ...].
base::json::array to_json(const std::vector<Finding>& findings);

}  // namespace mcpssh::guard
