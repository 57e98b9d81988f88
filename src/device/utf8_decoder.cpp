#include "device/utf8_decoder.hpp"

#include <utility>

namespace mcpssh::device {

Utf8Decoder::Step Utf8Decoder::feed(unsigned char byte) {
  if (missing_ > 0) {
    if (byte < low_ || byte > high_) {
      missing_ = 0;
      return Step::broken;
    }
    low_ = 0x80;
    high_ = 0xBF;
    value_ = (value_ << 6) | (byte & 0x3Fu);
    return --missing_ == 0 ? Step::complete : Step::more;
  }
  low_ = 0x80;
  high_ = 0xBF;
  if (byte < 0x80) {
    value_ = byte;
    return Step::complete;
  }
  if (byte < 0xC2 || byte > 0xF4) return Step::stray;
  missing_ = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
  value_ = byte & (0x3Fu >> missing_);
  if (byte == 0xE0) low_ = 0xA0;   // overlong
  if (byte == 0xED) high_ = 0x9F;  // surrogates
  if (byte == 0xF0) low_ = 0x90;   // overlong
  if (byte == 0xF4) high_ = 0x8F;  // above U+10FFFF
  return Step::more;
}

bool Utf8Decoder::abandon() {
  return std::exchange(missing_, 0) > 0;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  const auto c = static_cast<std::uint32_t>(code_point);
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace mcpssh::device
