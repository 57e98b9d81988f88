#pragma once
#include "base/json.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::tools {

/// What an AI may know of a configured host: no secrets, nor where they are.
base::json::object host_facts(const hosts::Snapshot& snapshot, const hosts::Host& host, bool connected);

}  // namespace mcpssh::tools
