#pragma once
#include "ssh/target.hpp"

namespace mcpssh::ssh {

/// True when a connection opened for `a` serves `b` as well: same host, same user, same proof, same checks.
/// Timeouts do not count.
bool same_identity(const Target& a, const Target& b);

}  // namespace mcpssh::ssh
