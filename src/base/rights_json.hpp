#pragma once
#include <expected>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/rights.hpp"

namespace mcpssh::base {

/// Only what is set: {"hosts": "web-*", "tools": [...], "mode": "readonly", "calls_per_minute": 60, "role":
/// "approver"}.
json::object to_json(const Rights& rights);
/// Error(invalid_argument) for a member this version does not know, or one that makes no sense: rights that
/// cannot be read must never become more. Whether a selector can be parsed is not looked at here.
std::expected<Rights, Error> rights_from_json(const json::object& object);

}  // namespace mcpssh::base
