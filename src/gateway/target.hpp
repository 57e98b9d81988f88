#pragma once
#include "hosts/snapshot.hpp"
#include "ssh/target.hpp"

namespace mcpssh::gateway {

/// Where `host` is and how its key is checked, without a way to log in: for host keys.
ssh::Target address_for(const hosts::Snapshot& snapshot, const hosts::Host& host);

/// What ssh needs to reach `host`, secrets resolved. Throws Error(invalid_config) naming the missing
/// environment variable: it fails this host, not the start.
ssh::Target target_for(const hosts::Snapshot& snapshot, const hosts::Host& host,
                       const hosts::Environment& environment);

}  // namespace mcpssh::gateway
