#pragma once
#include <string>
#include <string_view>

#include "outputs/capture.hpp"

namespace mcpssh::outputs {

/// `captured` between two marker lines that carry `nonce`, which the host cannot know, so that it cannot
/// forge the end: "--- stdout of web1 [nonce] ---" ... "--- end [nonce] ---". Says what was dropped. Empty
/// for an empty stream.
std::string framed(const Captured& captured, std::string_view label, std::string_view nonce);

}  // namespace mcpssh::outputs
