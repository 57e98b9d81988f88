#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gateway/action.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// SHA-256 (hex) of everything an approval binds: who asks, the host as configured, the exact bytes, the
/// session, the configuration in force (which holds the pins of hosts.yaml), and `trusted_keys`, the
/// fingerprints on record for the host. Not the reason, not the limits, not confirm_dangerous.
std::string digest_of(const Action& action, const hosts::Snapshot& snapshot, const hosts::Host& host,
                      const std::vector<std::string>& trusted_keys = {});

std::string sha256_hex(std::string_view bytes);

}  // namespace mcpssh::gateway
