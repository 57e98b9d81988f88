#include "control/wish_buffer.hpp"

#include <cstring>

#include "control/protocol.hpp"

namespace mcpssh::control {

WishBuffer::WishBuffer() {
  unread_.reserve(most_wish_bytes);
}

WishBuffer::~WishBuffer() {
  unread_.resize(unread_.capacity());
  ::explicit_bzero(unread_.data(), unread_.size());
}

base::Secret WishBuffer::take(std::size_t size) {
  base::Secret line(unread_.substr(0, size - 1));
  const auto rest = unread_.size() - size;
  ::memmove(unread_.data(), unread_.data() + size, rest);
  ::explicit_bzero(unread_.data() + rest, size);
  unread_.resize(rest);
  return line;
}

}  // namespace mcpssh::control
