#pragma once
#include <string>
#include <string_view>

namespace mcpssh::base {

/// A password or passphrase in memory. Wiped when it dies; moves, never copies by accident, never prints
/// itself.
class Secret {
 public:
  Secret() = default;
  /// Takes the bytes over and wipes what is left of them in `text`.
  explicit Secret(std::string text);
  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// The bytes, for the one call that needs them.
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace mcpssh::base
