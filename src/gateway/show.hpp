#pragma once
#include <string>
#include <string_view>

#include "gateway/outcome.hpp"

namespace mcpssh::gateway {

/// What the host said in this action: each stream between two markers that carry `nonce`, which the host
/// cannot know. Empty when it said nothing.
std::string shown(const Outcome& outcome, std::string_view nonce);

/// The same for an answer about several hosts that said the same: `of` names them, each stream gets about
/// `budget` bytes.
std::string shown(const Outcome& outcome, std::string_view nonce, std::string_view of, std::size_t budget);

/// A piece of one stream between two such markers: "--- stdout of web1 from byte 100 to 212 [nonce] ---".
std::string shown_piece(std::string_view text, std::string_view label, std::string_view nonce);

}  // namespace mcpssh::gateway
