#pragma once
#include <compare>
#include <string>
#include <string_view>

namespace mcpssh::base {

/// `bytes` random bytes from the kernel as lower-case hex. Throws Error(internal) if the kernel gives none.
std::string random_hex(std::size_t bytes);

/// A string id that cannot be mixed up with another kind of id. A value; unguessable when made by `fresh`.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  /// A new id with the tag's prefix, for example "call_3f9a0c12d4e5b6a7".
  static Id fresh() { return Id(std::string(Tag::prefix) + random_hex(8)); }

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

struct CallTag {
  static constexpr std::string_view prefix = "call_";
};
/// One action accepted by the gateway.
using CallId = Id<CallTag>;

}  // namespace mcpssh::base
