#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "device/regex.hpp"

namespace mcpssh::device {

/// What the prompt of one device looks like: a pattern for any prompt, and after login the host name in it.
/// Modes change a prompt ("sw1>", "sw1#", "sw1(config-if)#", "[admin@rt1] /ip>"), the host name stays.
class PromptPattern {
 public:
  /// `regex`: Python style; empty for the built-in one. Error(invalid_config).
  static std::expected<PromptPattern, base::Error> make(std::string_view regex);

  enum class Likeness {
    none,
    shaped,  ///< the pattern matches, the host name is another or not known yet
    known,   ///< the prompt learned last, or the pattern matches and the host name is the learned one
  };
  /// `line`: the unterminated last line. Throws Error(limit_reached), see Regex.
  [[nodiscard]] Likeness like(std::string_view line) const;

  void learn(std::string_view line);
  /// The prompt as learned last; empty before login.
  [[nodiscard]] const std::string& learned() const { return learned_; }

 private:
  explicit PromptPattern(Regex regex) : regex_(std::move(regex)) {}
  [[nodiscard]] bool matches(std::string_view line) const;

  Regex regex_;
  std::string learned_, host_;
};

/// The host name in a prompt: behind "@" or the last ":", else the first word. Empty when there is none (">
/// "). A trailing ".<number>" is a counter (EXOS) and no part of it.
std::string host_in_prompt(std::string_view prompt);

}  // namespace mcpssh::device
