#include "guard/shell/pieces.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr auto keywords = std::to_array<std::string_view>(
    {"{", "}", "!", "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "esac"});

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

/// Without what only says when a command runs.
std::string_view without_keywords(std::string_view piece) {
  for (;;) {
    piece = base::trim(piece);
    const std::string_view word = piece.substr(0, piece.find_first_of(" \t\n"));
    if (!is_one_of(word, keywords)) return piece;
    piece.remove_prefix(word.size());
  }
}

}  // namespace

std::optional<std::string_view> Pieces::next() {
  piece_ = {};
  lowest_ = depth_of_piece_;
  while (piece_.empty() && at_ < text_.size()) step();
  if (piece_.empty() && begin_ < text_.size()) {
    at_ = text_.size();
    cut(0);
  }
  return piece_.empty() ? std::nullopt : std::optional(piece_);
}

void Pieces::step() {
  const char c = text_[at_];
  if (c == '\\')
    at_ += 2;
  else if (c == '`')
    backquote();
  else if (double_quoted_)
    double_quoted(c);
  else
    unquoted(c);
}

bool Pieces::begins_a_word() const {
  return at_ == begin_ || is_blank(text_[at_ - 1]);
}

/// Ends a piece here, and goes on behind the `width` bytes that separate it from the next.
void Pieces::cut(std::size_t width) {
  piece_ = without_keywords(text_.substr(begin_, at_ - begin_));
  depth_of_piece_ = depth_;
  lowest_ = std::min(lowest_, depth_);
  at_ += width;
  begin_ = at_;
}

void Pieces::enter(char opener, std::size_t width) {
  outer_.push_back({opener, double_quoted_});
  double_quoted_ = false;
  cut(width);
  ++depth_;
}

void Pieces::leave() {
  // Behind a pattern of case stands one that nothing opened.
  if (!outer_.empty()) {
    double_quoted_ = outer_.back().double_quoted;
    outer_.pop_back();
  }
  cut(1);
  depth_ = outer_.size();
}

void Pieces::backquote() {
  if (!outer_.empty() && outer_.back().opener == '`') return leave();
  enter('`', 1);
}

void Pieces::double_quoted(char c) {
  if (c == '$' && peek(1) == '(') return enter('(', 2);
  if (c == '"') double_quoted_ = false;
  ++at_;
}

void Pieces::single_quoted() {
  const bool escapes = at_ > begin_ && text_[at_ - 1] == '$';
  for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_)
    if (escapes && text_[at_] == '\\') ++at_;
  if (at_ >= text_.size()) closed_ = false;
  ++at_;
}

void Pieces::unquoted(char c) {
  const bool word = begins_a_word();
  switch (c) {
    case '\'':
      return single_quoted();
    case '"':
      double_quoted_ = true;
      break;
    case '#':
      if (!word) break;
      at_ = std::min(text_.find('\n', at_), text_.size());
      return cut(0);
    case '(':
      return enter('(', 1);
    case ')':
      return leave();
    case ';':
    case '\n':
      return cut(1);
    case '&':
      return ampersand();
    case '|':
      if (peek(1) == '|') return cut(2);
      break;
    case '{':
      if (word && is_blank(peek(1))) return cut(1);
      break;
    default:
      break;
  }
  ++at_;
}

/// "&" and "&&" separate; ">&" and "&>" redirect.
void Pieces::ampersand() {
  const char before = at_ > begin_ ? text_[at_ - 1] : ' ';
  if (before == '<' || before == '>' || peek(1) == '>')
    ++at_;
  else
    cut(1);
}

std::string without_quotes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    if (c != '\'' && c != '"' && c != '\\') out += c;
  }
  return out;
}

}  // namespace mcpssh::guard
