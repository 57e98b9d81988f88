#include "cli/install/json_outline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;

/// Real files of settings stay under 20.
constexpr std::size_t deepest = 200;

class Reader {
 public:
  Reader(std::string_view text, std::string_view file, std::string_view container)
      : text_(text), file_(file), container_(container), at_(behind_mark(text)) {}

  JsonOutline read() {
    blanks();
    if (!ended()) {
      if (text_[at_] != '{') fail("is no JSON object: a `{` should stand here");
      out_.root = object(0);
      blanks();
      if (!ended()) fail("something follows the end of the JSON document");
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const { fail_at(at_, what); }
  [[noreturn]] void fail_at(std::size_t at, std::string_view what) const {
    throw Error(ErrorCode::invalid_config, fmt::format("{}: {}", spot_text(text_, file_, at), what),
                "nothing was written; mend the file, the client cannot read it either");
  }

  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] char next() const { return ended() ? '\0' : text_[at_]; }

  void blanks() {
    while (!ended()) {
      const char c = text_[at_];
      if (c == '/')
        comment();
      else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        ++at_;
      else
        return;
    }
  }

  void comment() {
    const std::size_t begin = at_ + 2;
    if (text_.substr(at_, 2) == "//") {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      comment_in({begin, at_});
    } else if (text_.substr(at_, 2) == "/*") {
      const std::size_t end = text_.find("*/", begin);
      if (end == std::string_view::npos) fail("this comment does not end");
      comment_in({begin, end});
      at_ = end + 2;
    } else {
      fail("a `/` that begins no comment");
    }
  }

  void comment_in(Span span) {
    out_.said.push_back(span);
    out_.comments.push_back(span);
  }

  /// Behind the closing quote.
  void string() {
    const std::size_t begin = at_++;
    for (;; ++at_) {
      if (ended()) fail_at(begin, "this string does not end");
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) fail("a control character in a string");
      if (c == '"') break;
      if (c == '\\') escape();
    }
    ++at_;
  }

  /// At the last character of the escape.
  void escape() {
    ++at_;
    if (ended() || std::string_view("\"\\/bfnrtu").find(next()) == std::string_view::npos)
      fail("an unknown escape in a string");
    if (next() != 'u') return;
    for (int i = 0; i < 4; ++i) {
      ++at_;
      const char c = next();
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
        fail("\\u wants four hexadecimal digits");
    }
  }

  void value(std::size_t depth) {
    if (depth > deepest) fail("is nested too deep");
    const char c = next();
    if (c == '{') {
      object(depth);
    } else if (c == '[') {
      array(depth);
    } else if (c == '"') {
      const std::size_t begin = at_ + 1;
      string();
      out_.said.push_back({begin, at_ - 1});
    } else {
      scalar();
    }
  }

  void scalar() {
    const std::size_t begin = at_;
    while (!ended() && std::string_view("+-.eE0123456789abcdefghijklmnopqrstuvwxyz").find(next()) !=
                           std::string_view::npos)
      ++at_;
    if (begin == at_) fail(ended() ? "the file ends in the middle of a value" : "a value should stand here");
    boost::system::error_code failure;
    base::json::parse(text_.substr(begin, at_ - begin), failure);
    if (failure) fail_at(begin, "is no JSON value");
    out_.said.push_back({begin, at_});
  }

  void array(std::size_t depth) {
    ++at_;
    for (blanks(); next() != ']'; blanks()) {
      value(depth + 1);
      blanks();
      if (next() == ',')
        ++at_;
      else if (next() != ']')
        fail("a `,` or `]` should stand here");
    }
    ++at_;
  }

  /// Its members are kept for the root and the container.
  JsonObject object(std::size_t depth) {
    JsonObject out;
    out.braces.begin = at_++;
    for (blanks(); next() != '}'; blanks()) {
      JsonMember member = this->member(depth);
      blanks();
      if (next() == ',')
        member.comma = at_++;
      else if (next() != '}')
        fail("a `,` or `}` should stand here");
      if (depth == 0 || in_container_) out.members.push_back(std::move(member));
    }
    out.braces.end = ++at_;
    return out;
  }

  JsonMember member(std::size_t depth) {
    JsonMember member;
    if (next() != '"')
      fail(ended() ? "the file ends in the middle of an object"
                   : "a name in double quotes should stand here");
    member.key_begin = at_;
    string();
    const std::string_view quoted = text_.substr(member.key_begin, at_ - member.key_begin);
    if (depth <= 1) member.key = decoded(quoted);
    blanks();
    if (next() != ':') fail("a `:` should stand here");
    ++at_;
    blanks();
    member.value.begin = at_;
    if (depth == 0 && next() == '{' && member.key == container_)
      read_container();
    else
      nested_value(depth);
    member.value.end = at_;
    return member;
  }

  void read_container() {
    in_container_ = true;
    out_.container = object(1);
    in_container_ = false;
  }

  void nested_value(std::size_t depth) {
    const bool before = in_container_;
    in_container_ = false;
    value(depth + 1);
    in_container_ = before;
  }

  static std::string decoded(std::string_view quoted) {
    boost::system::error_code failure;
    const auto value = base::json::parse(quoted, failure);
    // Half a surrogate pair: no name that is looked for has one.
    return failure || !value.is_string() ? std::string(quoted) : std::string(value.get_string());
  }

  std::string_view text_, file_, container_;
  std::size_t at_;
  bool in_container_ = false;
  JsonOutline out_;
};

}  // namespace

std::expected<JsonOutline, Error> outline_json(std::string_view text, std::string_view file,
                                               std::string_view container) {
  if (!base::is_utf8(text))
    return std::unexpected(Error(ErrorCode::invalid_config, fmt::format("{} is not in UTF-8", file),
                                 "nothing was written; save it in UTF-8"));
  try {
    return Reader(text, file, container).read();
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

std::string spot_text(std::string_view text, std::string_view file, std::size_t at) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  const char end = line_break_of(text).back();
  const auto line = 1 + std::ranges::count(before, end);
  const std::size_t begin =
      before.rfind(end) == std::string_view::npos ? behind_mark(text) : before.rfind(end) + 1;
  return fmt::format("{}:{}:{}", base::printable(file, 1000), line,
                     before.size() - std::min(begin, before.size()) + 1);
}

std::string_view line_break_of(std::string_view text) {
  const auto at = text.find('\n');
  if (at == std::string_view::npos) return text.find('\r') == std::string_view::npos ? "\n" : "\r";
  return at != std::string_view::npos && at > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";
}

std::size_t behind_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

}  // namespace mcpssh::cli
