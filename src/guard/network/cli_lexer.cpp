#include "guard/network/cli_lexer.hpp"

namespace mcpssh::guard {
namespace {

/// The words of one statement, character by character.
class CliLexer {
 public:
  CliLexer(std::string_view text, std::size_t at, const CliLexis& lexis)
      : text_(text), at_(at), lexis_(lexis) {}

  std::size_t read(CliStatement& out) {
    while (at_ < text_.size() && blank(text_[at_])) ++at_;
    out.span.begin = out.span.end = at_;
    const bool comment = at_ < text_.size() && lexis_.comments.contains(text_[at_]);
    while (at_ < text_.size() && (text_[at_] != '\n' || quote_ != 0)) {
      if (!comment) take(out);
      ++at_;
    }
    flush(out);
    out.open = quote_ != 0 && lexis_.long_quotes;
    if (!out.words.empty()) out.span.end = last_ + 1;
    return at_ < text_.size() ? at_ + 1 : at_;
  }

 private:
  static bool blank(char c) { return c == ' ' || c == '\t'; }

  void take(CliStatement& out) {
    const char c = text_[at_];
    if (quote_ == 0 && blank(c)) {
      flush(out);
      detached_ = true;
      return;
    }
    last_ = at_;
    if (lexis_.escapes && c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
      add(text_[++at_]);
      return;
    }
    if (quote_ != 0) {
      if (c == quote_)
        quote_ = 0;
      else
        add(c);
      return;
    }
    // A quote that no other closes is a character of its own where quotes end with the line.
    if (lexis_.quotes.contains(c) && (lexis_.long_quotes || closes(c))) {
      quote_ = c;
      begin();
      word_.quoted = true;
      return;
    }
    if (c != '|' && c != ';') return add(c);
    flush(out);
    add(c);
    flush(out);
  }

  [[nodiscard]] bool closes(char quote) const {
    const auto end = text_.find_first_of(quote == '"' ? "\"\n" : "'\n", at_ + 1);
    return end != std::string_view::npos && text_[end] == quote;
  }

  void begin() {
    if (open_) return;
    open_ = true;
    word_ = {};
    word_.detached = detached_;
    word_.at = at_;
  }

  void add(char c) {
    begin();
    word_.text += c;
  }

  void flush(CliStatement& out) {
    if (!open_) return;
    word_.lower = lower_case(word_.text);
    out.words.push_back(std::move(word_));
    open_ = detached_ = false;
  }

  std::string_view text_;
  std::size_t at_;
  const CliLexis& lexis_;
  CliWord word_;
  std::size_t last_ = 0;
  char quote_ = 0;
  bool open_ = false;
  bool detached_ = true;
};

}  // namespace

CliStatement next_statement(std::string_view text, std::size_t& at, const CliLexis& lexis) {
  CliStatement out;
  at = CliLexer(text, at, lexis).read(out);
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace mcpssh::guard
