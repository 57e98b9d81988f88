#pragma once
#include <string>
#include <string_view>

#include "gateway/outcome.hpp"

namespace mcpssh::gateway {

/// What the host said in this action: each stream between two markers that carry `nonce`, which the host
/// cannot know. Empty when it said nothing.
std::string shown(const Outcome& outcome, std::string_view nonce);

}  // namespace mcpssh::gateway
