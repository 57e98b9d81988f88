#pragma once
#include <expected>
#include <memory>
#include <string_view>

#include "base/error.hpp"

struct pcre2_real_code_8;
struct pcre2_real_match_context_8;

namespace mcpssh::device {

/// A PCRE2 pattern with bounded matching effort. Immutable; moves.
class Regex {
 public:
  struct Flags {
    bool ignore_case = false;
    bool to_the_end = false;  ///< the match must end where the text ends
  };
  /// Error(invalid_config) naming the pattern, the place and the reason.
  static std::expected<Regex, base::Error> compile(std::string_view pattern, Flags flags);

  /// Whether `text` (valid UTF-8) holds a match; Error(limit_reached) when that cannot be told with bounded
  /// effort.
  [[nodiscard]] std::expected<bool, base::Error> found_in(std::string_view text) const;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
    void operator()(pcre2_real_match_context_8* context) const;
  };
  std::unique_ptr<pcre2_real_code_8, Free> code_;
  std::unique_ptr<pcre2_real_match_context_8, Free> context_;
};

}  // namespace mcpssh::device
