#pragma once
#include <string>

#include "gateway/action.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// SHA-256 (hex) of everything an approval binds: who asks, the host as configured, the exact bytes, the
/// session, and the configuration in force. Not the reason, not the limits, not confirm_dangerous.
std::string digest_of(const Action& action, const hosts::Snapshot& snapshot, const hosts::Host& host);

}  // namespace mcpssh::gateway
