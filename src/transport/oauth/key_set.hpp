#pragma once
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transport/oauth/public_key.hpp"

namespace mcpssh::transport::oauth {

/// The keys an authorization server signs with (RFC 7517, section 5). Immutable once it is shared.
struct KeySet {
  static constexpr std::size_t most_bytes = 256 * 1024;
  static constexpr std::size_t most_keys = 100;

  std::vector<PublicKey> keys;
  std::vector<std::string> notes;  ///< members that were left out, and why; for the log

  /// What is in the text. Members of no use are left out, as the RFC has it; the error is for a text that is
  /// no set at all.
  static std::expected<KeySet, std::string> parse(std::string_view text);

  /// The one key a token means: of that `kid`, or without one the only one that fits. Null: none, or several.
  [[nodiscard]] const PublicKey* find(const Algorithm& algorithm,
                                      const std::optional<std::string>& kid) const;
};
using KeySetPtr = std::shared_ptr<const KeySet>;

}  // namespace mcpssh::transport::oauth
