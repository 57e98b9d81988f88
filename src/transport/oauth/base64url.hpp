#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::transport::oauth {

/// The bytes behind base64url without padding (RFC 7515, section 2), and of no other spelling of them: one
/// token has one text.
std::optional<std::vector<unsigned char>> from_base64url(std::string_view text);

}  // namespace mcpssh::transport::oauth
