#pragma once
#include <string>
#include <vector>

#include "gateway/action.hpp"
#include "guard/policy.hpp"
#include "hosts/host.hpp"

namespace mcpssh::gateway {

/// The words of an `allow:` rule that lets this action run without a question (and, as every such rule, these
/// words behind sudo, in any directory, with any input): for one simple POSIX command of plain words, without
/// any option beside it. Empty for everything else, and where such a rule would not open it: what is denied,
/// or asked about because of a deny pattern, for example.
std::vector<std::string> always_rule(const What& what, const hosts::Host& host, const guard::Policy& policy);

}  // namespace mcpssh::gateway
