#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "device/utf8_decoder.hpp"

namespace mcpssh::device {

/// A terminal one line high: bytes in, finished lines and the unterminated last line out, as a person would
/// see them. CR and BS move, text overwrites, CSI edits the line (ECMA-48), every other sequence and control
/// character is dropped, ill-formed UTF-8 becomes U+FFFD. The result does not depend on how the bytes are cut
/// into feeds. One character is one cell (no wide characters), TAB stays a TAB. Pure; a value.
class LineEmulator {
 public:
  /// What the other side asked its terminal; the owner decides whether to answer.
  enum class Query { cursor_position, status, attributes, identity };
  enum class Newline { keep, swallow };

  /// A line of `line_limit` characters is ended there.
  explicit LineEmulator(std::size_t line_limit = 1024 * 1024) : line_limit_(line_limit) {}

  void feed(std::string_view bytes);
  /// The bytes have ended: an unfinished character becomes U+FFFD, an unfinished sequence is dropped.
  void end();

  /// Lines finished since the last call, without their line ends.
  [[nodiscard]] std::vector<std::string> take_lines();
  /// The unterminated last line.
  [[nodiscard]] std::string current() const;
  [[nodiscard]] std::size_t current_length() const { return cells_.size(); }
  /// Its last `most` characters: the whole of a long line is dear.
  [[nodiscard]] std::string current_end(std::size_t most) const;
  /// Empties the unterminated line, because it was dealt with (a pager text, a question). `swallow`: if
  /// nothing but its line end follows, that is dropped too.
  void clear_current(Newline newline);
  [[nodiscard]] std::vector<Query> take_queries();
  /// The answer a VT100 (RouterOS: VT52) gives.
  [[nodiscard]] std::string answer(Query query) const;

 private:
  enum class State { ground, escape, escape_intermediate, csi, string, string_escape };

  void feed_ground(unsigned char byte);
  void feed_control(unsigned char byte);
  void feed_escape(unsigned char byte);
  void feed_csi(unsigned char byte);
  void feed_string(unsigned char byte);
  void character(char32_t c);
  void c1(char letter);
  void csi(char final);
  void position(std::size_t row, std::size_t column);
  void erase_line(std::size_t mode);
  void move_to(std::size_t column);
  void put(char32_t c);
  void new_line();
  [[nodiscard]] std::size_t parameter(std::size_t index, std::size_t fallback) const;
  [[nodiscard]] std::string rendered() const;

  std::size_t line_limit_;
  State state_ = State::ground;
  Utf8Decoder utf8_;
  std::string parameters_;
  std::size_t string_length_ = 0;

  std::u32string cells_;
  std::size_t column_ = 0;
  std::size_t row_ = 0;   ///< of the last absolute move; 0: none yet
  bool erased_ = false;   ///< something was blanked out, so blanks at the end are no text
  bool swallow_ = false;  ///< see clear_current
  std::vector<std::string> lines_;
  std::vector<Query> queries_;
};

}  // namespace mcpssh::device
