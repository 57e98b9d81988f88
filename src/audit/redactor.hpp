#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace mcpssh::audit {

/// Takes secrets out of text before it is written: the values it was told, in every spelling a command could
/// carry them (plain, base64 at any alignment, URL-encoded, hex, shell- and JSON-escaped), and what looks
/// like a secret (secret_patterns.hpp). A value under 4 bytes is replaced only where it is the whole text.
/// Not thread-safe.
class Redactor {
 public:
  /// Adds to the values known already.
  void add(const std::vector<base::Secret>& secrets);

  /// `text` with "[redacted]" in place of every secret.
  [[nodiscard]] std::string clean(std::string_view text) const;

 private:
  void add_needle(std::string spelling, std::vector<base::Secret>& needles);

  std::vector<base::Secret> needles_;
  std::vector<base::Secret> short_values_;
};

}  // namespace mcpssh::audit
