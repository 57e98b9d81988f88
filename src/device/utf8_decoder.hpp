#pragma once
#include <cstdint>
#include <string>

namespace mcpssh::device {

/// UTF-8 to code points, one byte at a time (RFC 3629), so that a character may be split over reads.
class Utf8Decoder {
 public:
  static constexpr char32_t replacement = U'\uFFFD';

  enum class Step {
    more,      ///< the character goes on
    complete,  ///< code_point() is a character
    broken,    ///< what came before `byte` was no character; give `byte` again
    stray,     ///< `byte` itself can start no character
  };
  Step feed(unsigned char byte);
  [[nodiscard]] char32_t code_point() const { return value_; }
  /// True when the bytes so far are the begin of a character; forgets them.
  bool abandon();

 private:
  char32_t value_ = 0;
  int missing_ = 0;
  unsigned char low_ = 0x80, high_ = 0xBF;  ///< what the next byte may be (RFC 3629 section 4)
};

/// Appends `code_point` to `out` as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace mcpssh::device
