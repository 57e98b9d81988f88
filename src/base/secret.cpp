#include "base/secret.hpp"

#include <cstring>
#include <utility>

namespace mcpssh::base {

Secret::Secret(std::string text) : text_(std::move(text)) {
  ::explicit_bzero(text.data(), text.capacity());
}

// A moved-from short string keeps its bytes in the small buffer, so moves copy and wipe.
Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe();
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() {
  wipe();
}

void Secret::wipe() noexcept {
  ::explicit_bzero(text_.data(), text_.capacity());
  text_.clear();
}

}  // namespace mcpssh::base
