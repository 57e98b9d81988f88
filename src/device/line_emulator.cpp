#include "device/line_emulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mcpssh::device {
namespace {

/// Far enough right for any terminal; ESC[9999C asks for the edge.
constexpr std::size_t last_column = 510;
constexpr std::size_t parameter_limit = 32;
/// A title or a device string; a longer one has lost its end and must not swallow what follows.
constexpr std::size_t string_limit = 4096;
constexpr std::size_t queries_limit = 16;

constexpr unsigned char escape = 0x1b;
constexpr unsigned char bell = 0x07;

}  // namespace

void LineEmulator::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    switch (state_) {
      case State::ground:
        feed_ground(byte);
        break;
      case State::escape:
      case State::escape_intermediate:
        feed_escape(byte);
        break;
      case State::csi:
        feed_csi(byte);
        break;
      case State::string:
      case State::string_escape:
        feed_string(byte);
        break;
    }
  }
}

void LineEmulator::end() {
  state_ = State::ground;
  if (utf8_.abandon()) put(Utf8Decoder::replacement);
}

void LineEmulator::feed_ground(unsigned char byte) {
  switch (utf8_.feed(byte)) {
    case Utf8Decoder::Step::more:
      break;
    case Utf8Decoder::Step::complete:
      character(utf8_.code_point());
      break;
    case Utf8Decoder::Step::stray:
      put(Utf8Decoder::replacement);
      break;
    case Utf8Decoder::Step::broken:
      put(Utf8Decoder::replacement);
      feed_ground(byte);
      break;
  }
}

void LineEmulator::character(char32_t c) {
  if (c < 0x20)
    feed_control(static_cast<unsigned char>(c));
  else if (c >= 0x80 && c < 0xA0)
    c1(static_cast<char>(c - 0x40));
  else if (c != 0x7F)
    put(c);
}

void LineEmulator::feed_control(unsigned char byte) {
  switch (byte) {
    case '\t':
      put(U'\t');
      break;
    case '\n':
    case '\v':
    case '\f':
      new_line();
      break;
    case '\r':
      column_ = 0;
      break;
    case '\b':
      move_to(column_ > 0 ? column_ - 1 : 0);
      break;
    case escape:
      state_ = State::escape;
      break;
    default:
      break;
  }
}

/// `letter`: what follows ESC in the 7-bit form of the control (ECMA-48 section 5.3).
void LineEmulator::c1(char letter) {
  parameters_.clear();
  string_length_ = 0;
  state_ = State::ground;
  switch (letter) {
    case '[':
      state_ = State::csi;
      break;
    case 'P':
    case 'X':
    case '^':
    case '_':
    case ']':
      state_ = State::string;
      break;
    case 'D':
    case 'E':
      new_line();
      break;
    case 'Z':
      if (queries_.size() < queries_limit) queries_.push_back(Query::identity);
      break;
    default:
      break;
  }
}

void LineEmulator::feed_escape(unsigned char byte) {
  if (byte >= 0x20 && byte < 0x30) {
    state_ = State::escape_intermediate;
  } else if (byte >= 0x30 && byte < 0x7F && state_ == State::escape) {
    c1(static_cast<char>(byte));
  } else {
    state_ = State::ground;
    if (byte < 0x20 || byte >= 0x7F) feed_ground(byte);
  }
}

void LineEmulator::feed_csi(unsigned char byte) {
  if (byte >= 0x20 && byte < 0x40) {
    if (parameters_.size() < parameter_limit) parameters_ += static_cast<char>(byte);
  } else if (byte >= 0x40 && byte < 0x7F) {
    state_ = State::ground;
    csi(static_cast<char>(byte));
  } else {
    state_ = State::ground;
    feed_ground(byte);
  }
}

void LineEmulator::feed_string(unsigned char byte) {
  if (state_ == State::string_escape) {
    state_ = State::escape;
    feed_escape(byte);  // ST is ESC backslash; any other ESC begins a new sequence
  } else if (byte == bell || byte == 0x18 || byte == 0x1a) {
    state_ = State::ground;
  } else if (byte == escape) {
    state_ = State::string_escape;
  } else if (byte == '\n' || ++string_length_ > string_limit) {
    state_ = State::ground;
    feed_ground(byte);
  }
}

std::size_t LineEmulator::parameter(std::size_t index, std::size_t fallback) const {
  std::size_t value = 0;
  bool given = false;
  for (const char c : parameters_) {
    if (c == ';') {
      if (index == 0) break;
      --index;
    } else if (index == 0 && c >= '0' && c <= '9') {
      value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(c - '0'), 9999);
      given = true;
    }
  }
  return given && index == 0 ? value : fallback;
}

void LineEmulator::csi(char final) {
  const std::size_t count = std::max<std::size_t>(parameter(0, 1), 1);
  const std::size_t end = cells_.size();
  switch (final) {
    case 'C':
      move_to(column_ + count);
      break;
    case 'D':
      move_to(column_ - std::min(column_, count));
      break;
    case 'G':
      move_to(count - 1);
      break;
    case 'E':
      new_line();
      break;
    case 'H':
    case 'f':
      position(count, std::max<std::size_t>(parameter(1, 1), 1) - 1);
      break;
    case 'J':
    case 'K':
      erase_line(parameter(0, 0));
      break;
    case 'P':
      if (column_ < end) cells_.erase(column_, count);
      erased_ = true;
      break;
    case 'X':
      for (std::size_t i = column_; i < std::min(end, column_ + count); ++i) cells_[i] = U' ';
      erased_ = true;
      break;
    case '@':
      if (column_ < end) cells_.insert(column_, std::min(count, last_column), U' ');
      break;
    case 'n':
    case 'c':
      if (queries_.size() >= queries_limit) break;
      if (final == 'c' && parameter(0, 0) == 0) queries_.push_back(Query::attributes);
      if (final == 'n' && parameter(0, 0) == 5) queries_.push_back(Query::status);
      if (final == 'n' && parameter(0, 0) == 6) queries_.push_back(Query::cursor_position);
      break;
    default:
      break;
  }
}

/// A painted screen is read as lines: going to another row ends the line, the same row again is a repaint.
void LineEmulator::position(std::size_t row, std::size_t column) {
  if (row != std::exchange(row_, row) && !cells_.empty()) new_line();
  move_to(column);
}

void LineEmulator::erase_line(std::size_t mode) {
  swallow_ = false;
  erased_ = true;
  if (mode == 0) {
    if (column_ < cells_.size()) cells_.resize(column_);
  } else if (mode == 1) {
    for (std::size_t i = 0; i < std::min(cells_.size(), column_ + 1); ++i) cells_[i] = U' ';
  } else {
    cells_.clear();
  }
}

void LineEmulator::move_to(std::size_t column) {
  swallow_ = false;
  column_ = std::min(column, std::max(last_column, cells_.size()));
}

void LineEmulator::put(char32_t c) {
  swallow_ = false;
  if (column_ > cells_.size()) cells_.resize(column_, U' ');
  if (column_ == cells_.size()) {
    cells_ += c;
  } else {
    if (c == U' ' && cells_[column_] != U' ') erased_ = true;
    cells_[column_] = c;
  }
  if (++column_ >= line_limit_) new_line();
}

void LineEmulator::new_line() {
  if (!std::exchange(swallow_, false)) lines_.push_back(rendered());
  cells_.clear();
  column_ = 0;
  erased_ = false;
}

std::string LineEmulator::rendered() const {
  std::u32string_view text = cells_;
  if (erased_) text = text.substr(0, text.find_last_not_of(U' ') + 1);
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

std::vector<std::string> LineEmulator::take_lines() {
  return std::exchange(lines_, {});
}

/// Cells at and right of the cursor count only when they are text: an erased pager leaves blanks there.
std::string LineEmulator::current() const {
  if (!erased_) return rendered();
  std::string out;
  std::size_t end = cells_.size();
  while (end > column_ && cells_[end - 1] == U' ') --end;
  for (const char32_t c : std::u32string_view(cells_).substr(0, end)) append_utf8(out, c);
  return out;
}

std::string LineEmulator::current_end(std::size_t most) const {
  std::string out;
  const std::size_t from = cells_.size() - std::min(most, cells_.size());
  for (const char32_t c : std::u32string_view(cells_).substr(from)) append_utf8(out, c);
  return out;
}

void LineEmulator::clear_current(Newline newline) {
  cells_.clear();
  column_ = 0;
  erased_ = true;
  swallow_ = newline == Newline::swallow;
}

std::vector<LineEmulator::Query> LineEmulator::take_queries() {
  return std::exchange(queries_, {});
}

std::string LineEmulator::answer(Query query) const {
  switch (query) {
    case Query::cursor_position:
      return fmt::format("\x1b[{};{}R", row_ == 0 ? 1 : row_, column_ + 1);
    case Query::status:
      return "\x1b[0n";
    case Query::attributes:
      return "\x1b[?1;0c";
    case Query::identity:
      return "\x1b/Z";
  }
  return {};
}

}  // namespace mcpssh::device
