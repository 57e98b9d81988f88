#include "cli/install/toml_outline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t deepest = 100;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6)), put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3f)), put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3f)), put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file) : text_(text), file_(file), at_(behind_mark(text)) {}

  TomlOutline read() {
    out_.sections.emplace_back().span = {at_, at_};
    for (lines(); !ended(); lines()) {
      if (next() == '[')
        header();
      else
        out_.sections.back().assignments.push_back(assignment());
      blanks();
      comment();
      if (!ended() && !line_break()) fail("something follows on this line that does not belong there");
      out_.sections.back().span.end = at_;
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorCode::invalid_config, fmt::format("{}: {}", spot_text(text_, file_, at_), what),
                "nothing was written; mend the file, the client cannot read it either");
  }

  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] char next() const { return ended() ? '\0' : text_[at_]; }
  [[nodiscard]] bool follows(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void blanks() {
    while (next() == ' ' || next() == '\t') ++at_;
  }
  bool line_break() {
    const bool there = follows("\n") || follows("\r\n");
    if (there) at_ += next() == '\r' ? 2 : 1;
    return there;
  }
  void comment() {
    if (next() != '#') return;
    const std::size_t begin = at_ + 1;
    for (; !ended() && next() != '\n' && !follows("\r\n"); ++at_)
      if (next() == '\r') fail("a carriage return alone, which ends no line in TOML");
    out_.said.push_back({begin, at_});
    out_.comments.push_back({begin, at_});
  }
  /// To the next line that says something.
  void lines() {
    do {
      blanks();
      comment();
    } while (line_break());
  }

  std::vector<std::string> path() {
    std::vector<std::string> keys;
    for (;; ++at_) {
      blanks();
      keys.push_back(key());
      if (keys.size() > deepest) fail("is nested too deep");
      blanks();
      if (next() != '.') return keys;
    }
  }

  std::string key() {
    if (next() == '"') return basic();
    if (next() == '\'') return literal();
    const std::size_t begin = at_;
    while (!ended() &&
           (std::isalnum(static_cast<unsigned char>(next())) != 0 || next() == '_' || next() == '-'))
      ++at_;
    if (begin == at_) fail("a key should stand here");
    return std::string(text_.substr(begin, at_ - begin));
  }

  void header() {
    TomlSection section;
    section.span.begin = at_;
    while (section.span.begin > 0 &&
           (text_[section.span.begin - 1] == ' ' || text_[section.span.begin - 1] == '\t'))
      --section.span.begin;
    section.list = follows("[[");
    const std::string_view close = section.list ? "]]" : "]";
    at_ += close.size();
    section.path = path();
    if (!follows(close)) fail(fmt::format("a `{}` should stand here", close));
    at_ += close.size();
    out_.sections.push_back(std::move(section));
  }

  TomlAssignment assignment() {
    TomlAssignment out;
    out.span.begin = at_;
    out.path = path();
    if (next() != '=') fail("a `=` should stand here");
    ++at_;
    blanks();
    out.value = value(0);
    out.span.end = at_;
    return out;
  }

  base::json::value value(std::size_t depth) {
    if (depth > deepest) fail("is nested too deep");
    if (next() == '"' || next() == '\'') return string();
    if (next() == '[') return list(depth);
    if (next() == '{') return table(depth);
    return bare();
  }

  base::json::value string() {
    const std::size_t begin = at_;
    const bool several_lines = follows("\"\"\"") || follows("'''");
    std::string out = next() == '"' ? (several_lines ? long_basic() : basic())
                                    : (several_lines ? long_literal() : literal());
    const std::size_t quotes = several_lines ? 3 : 1;
    out_.said.push_back({begin + quotes, at_ - quotes});
    return base::json::value(base::json::string(out));
  }

  /// Numbers, booleans, dates: their text.
  base::json::value bare() {
    const std::size_t begin = at_;
    while (!ended() && std::string_view(",]}#\r\n").find(next()) == std::string_view::npos) ++at_;
    const std::string_view text = base::trim(text_.substr(begin, at_ - begin));
    if (text.empty()) fail("a value should stand here");
    const bool known = std::ranges::all_of(text, [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
             std::string_view("+-._: ").find(c) != std::string_view::npos;
    });
    at_ = begin + text.size();
    if (!known) {
      at_ = begin;
      fail("is no TOML value");
    }
    out_.said.push_back({begin, at_});
    return base::json::value(base::json::string(text));
  }

  base::json::value list(std::size_t depth) {
    base::json::array out;
    ++at_;
    for (lines(); next() != ']'; lines()) {
      out.push_back(value(depth + 1));
      lines();
      if (next() == ',')
        ++at_;
      else if (next() != ']')
        fail("a `,` or `]` should stand here");
    }
    ++at_;
    return out;
  }

  base::json::value table(std::size_t depth) {
    base::json::object out;
    ++at_;
    for (lines(); next() != '}'; lines()) {
      const auto keys = path();
      if (next() != '=') fail("a `=` should stand here");
      ++at_;
      blanks();
      out[base::join(keys, ".")] = value(depth + 1);
      lines();
      if (next() == ',')
        ++at_;
      else if (next() != '}')
        fail("a `,` or `}` should stand here");
    }
    ++at_;
    return out;
  }

  std::string literal() {
    const std::size_t begin = ++at_;
    while (!ended() && next() != '\'' && next() != '\n') ++at_;
    if (next() != '\'') fail("this string does not end on its line");
    return std::string(text_.substr(begin, at_++ - begin));
  }

  std::string basic() {
    std::string out;
    ++at_;
    while (next() != '"') {
      if (ended() || next() == '\n') fail("this string does not end on its line");
      out += character();
    }
    ++at_;
    return out;
  }

  std::string long_literal() {
    const std::size_t begin = at_ += 3;
    const std::size_t end = text_.find("'''", begin);
    if (end == std::string_view::npos) fail("this string does not end");
    at_ = end;
    std::string out(text_.substr(begin, end - begin));
    return out + quotes_at_end('\'');
  }

  std::string long_basic() {
    std::string out;
    at_ += 3;
    while (!follows("\"\"\"")) {
      if (ended()) fail("this string does not end");
      out += character();
    }
    return out + quotes_at_end('"');
  }

  /// Up to two quotes may stand before the three that end a string of several lines.
  std::string quotes_at_end(char quote) {
    std::string out;
    while (out.size() < 2 && at_ + 3 < text_.size() && text_[at_ + 3] == quote) {
      out += quote;
      ++at_;
    }
    at_ += 3;
    return out;
  }

  std::string character() {
    if (next() != '\\') return std::string(1, text_[at_++]);
    ++at_;
    static constexpr std::string_view letters = "btnfre\"\\", meanings = "\b\t\n\f\r\x1b\"\\";
    const char c = next();
    if (const auto i = letters.find(c); c != '\0' && i != std::string_view::npos) {
      ++at_;
      return std::string(1, meanings[i]);
    }
    if (c == 'u' || c == 'U') return code_point(c == 'u' ? 4 : 8);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {  // a line that goes on below
      at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
      return {};
    }
    fail("an unknown escape in a string");
  }

  std::string code_point(std::size_t digits) {
    std::uint32_t code = 0;
    for (++at_; digits > 0; --digits, ++at_) {
      const auto digit = std::string_view("0123456789abcdef")
                             .find(static_cast<char>(std::tolower(static_cast<unsigned char>(next()))));
      if (ended() || digit == std::string_view::npos) fail("\\u wants hexadecimal digits");
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) fail("no such character");
    std::string out;
    append_utf8(out, code);
    return out;
  }

  std::string_view text_, file_;
  std::size_t at_;
  TomlOutline out_;
};

}  // namespace

std::expected<TomlOutline, Error> outline_toml(std::string_view text, std::string_view file) {
  if (!base::is_utf8(text))
    return std::unexpected(Error(ErrorCode::invalid_config, fmt::format("{} is not in UTF-8", file),
                                 "nothing was written; save it in UTF-8"));
  try {
    return Reader(text, file).read();
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

}  // namespace mcpssh::cli
