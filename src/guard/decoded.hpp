#pragma once
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace mcpssh::guard {

/// Makes encoded text in commands readable for who has to approve them: base64 (also URL-safe, of UTF-16 as
/// PowerShell's -EncodedCommand has it, and over gzip or zlib), hexadecimal digits, and \x72 or \162 as
/// printf takes them; also one inside another. What does not decode to text is left alone. One request's;
/// bounded.
class Decoder {
 public:
  /// What stands encoded in `text`, for below it: indented lines, each ended by a newline, or nothing. The
  /// same is told once.
  std::string lines_for(std::string_view text);

 private:
  void look(std::string_view text, const std::string& within, int depth, std::string& out);
  void tell(const std::string& how, std::string_view bytes, int depth, std::string& out);

  std::set<std::string, std::less<>> told_;
  std::size_t unpacked_ = 0;  ///< bytes all together
};

}  // namespace mcpssh::guard
