#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transport/oauth/algorithm.hpp"

namespace mcpssh::transport::oauth {

/// A signed token in its parts (RFC 7515, compact serialization). Nothing in it is proved.
struct Jws {
  static constexpr std::size_t most_bytes = 16 * 1024;

  const Algorithm* algorithm = nullptr;  ///< never null
  std::optional<std::string> kid;
  bool for_access = false;  ///< its `typ` is at+jwt (RFC 9068, section 2.1)
  std::string signed_text;  ///< what the signature is over
  std::vector<unsigned char> signature;
  std::string payload;

  /// Takes an access token with an algorithm of ours and no key of its own; an unknown extension (`crit`), a
  /// second spelling or a member named twice is refused. The error is for our log; it never holds the token.
  static std::expected<Jws, std::string> parse(std::string_view token);
};

/// Three parts with a dot between: not how our own tokens look.
bool looks_like_jwt(std::string_view token);

}  // namespace mcpssh::transport::oauth
