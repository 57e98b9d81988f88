// awk: system(), pipes, getline and print > file, found by a small lexer (POSIX awk, gawk 5.2).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "guard/programs/languages.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

struct Token {
  enum class Kind { name, number, string, pattern, sign, newline, end } kind = Kind::end;
  std::string text = {};
};

class AwkLexer {
 public:
  explicit AwkLexer(std::string_view text) : text_(text) {}

  Token next() {
    skip();
    if (at_ >= text_.size()) return {};
    const char c = text_[at_];
    Token out;
    if (c == '\n')
      out = take(Token::Kind::newline, 1);
    else if (c == '"')
      out = quoted();
    else if (is_name(c) && !is_digit(c))
      out = take(Token::Kind::name, run(is_name));
    else if (is_digit(c))
      out = take(Token::Kind::number, run([](char x) { return is_digit(x) || x == '.'; }));
    else if (c == '/' && !operand_before_)
      out = pattern();
    else
      out = take(Token::Kind::sign, sign_length());
    operand_before_ = out.kind == Token::Kind::number || out.kind == Token::Kind::string ||
                      (out.kind == Token::Kind::name && !is_keyword(out.text)) || out.text == ")" ||
                      out.text == "]" || out.text == "$" || out.text == "++" || out.text == "--";
    return out;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
  }
  static bool is_keyword(std::string_view word) {
    constexpr std::array<std::string_view, 9> words{"print", "printf", "return", "in",     "if",
                                                    "while", "else",   "do",     "getline"};
    return std::ranges::find(words, word) != words.end();
  }

  std::size_t run(auto accepts) const {
    std::size_t end = at_;
    while (end < text_.size() && accepts(text_[end])) ++end;
    return end - at_;
  }

  Token take(Token::Kind kind, std::size_t length) {
    Token out{kind, std::string(text_.substr(at_, length))};
    at_ += length;
    return out;
  }

  std::size_t sign_length() const {
    constexpr std::array<std::string_view, 13> pairs{
        "||", "&&", "|&", ">>", ">=", "<=", "==", "!=", "!~", "++", "--", "+=", "-="};
    for (const std::string_view pair : pairs)
      if (text_.substr(at_).starts_with(pair)) return 2;
    return 1;
  }

  void skip() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n')
        at_ += 2;
      else if (c == ' ' || c == '\t' || c == '\r')
        ++at_;
      else
        return;
    }
  }

  Token quoted() {
    Token out{Token::Kind::string, {}};
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        if (text_[at_] == 'n') {
          out.text += '\n';
          continue;
        }
        // \x2f and \057 may spell anything.
        if (text_[at_] == 'x' || is_digit(text_[at_])) out.text += '\\';
      }
      out.text += text_[at_];
    }
    ++at_;
    return out;
  }

  Token pattern() {
    const std::size_t from = at_;
    bool bracket = false;
    for (++at_; at_ < text_.size() && (text_[at_] != '/' || bracket) && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\')
        ++at_;
      else if (text_[at_] == '[')
        bracket = true;
      else if (text_[at_] == ']')
        bracket = false;
    }
    ++at_;
    return {Token::Kind::pattern, std::string(text_.substr(from, std::min(at_, text_.size()) - from))};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool operand_before_ = false;
};

/// Finds what a program does besides computing. Strings that are commands or files are judged as such;
/// anything else in their place is known only at run time.
class AwkProgram {
 public:
  AwkProgram(const Call& call, std::string_view text) : call_(call), lexer_(text) { advance(); }

  void read() {
    while (now_.kind != Token::Kind::end) {
      if (now_.kind == Token::Kind::name) {
        name();
      } else if (now_.kind == Token::Kind::sign) {
        sign();
      } else {
        if (now_.kind == Token::Kind::newline) printing_ = false;
        advance();
      }
    }
  }

 private:
  void advance() {
    before_ = std::move(now_);
    now_ = lexer_.next();
  }

  /// Whether the expression that began with a string goes on.
  [[nodiscard]] bool ends_here() const {
    constexpr std::string_view ends = ";})|,&?:";
    return now_.kind == Token::Kind::end || now_.kind == Token::Kind::newline ||
           (now_.kind == Token::Kind::sign && ends.contains(now_.text[0]));
  }

  /// The string that stands here, if it stands alone.
  std::optional<std::string> lone_string() {
    if (now_.kind != Token::Kind::string) return std::nullopt;
    std::string text = now_.text;
    advance();
    if (!ends_here() || text.contains('\\')) return std::nullopt;
    return text;
  }

  void runs(const std::optional<std::string>& code) {
    if (code)
      call_.out.runs(Field(*code));
    else
      call_.does("shell.foreign-code", fmt::format("{} runs commands its program makes up", call_.name));
  }

  void name() {
    const std::string word = now_.text;
    advance();
    if (word == "system") {
      if (now_.text == "(") advance();
      runs(lone_string());
    } else if (word == "print" || word == "printf") {
      printing_ = true;
      print_depth_ = depth_;
    } else if (word == "getline") {
      input_ = true;
    }
  }

  void sign() {
    const std::string text = now_.text;
    if (text == "|" || text == "|&") return pipe();
    advance();
    if (text == "(" || text == "[") ++depth_;
    if (text == ")" || text == "]") --depth_;
    if (text == ";" || text == "{" || text == "}") printing_ = false;
    if (text == "@") return call_.does("shell.script", "awk loads another program or extension");
    if ((text == ">" || text == ">>") && printing_ && depth_ == print_depth_) return output(text == ">>");
    if (text == "<" && input_) {
      input_ = false;
      if (const auto path = lone_string()) reads_file(call_, Field(*path));
    }
  }

  void output(bool appends) {
    const Writing how = appends ? Writing::append : Writing::replace;
    if (now_.kind != Token::Kind::string)
      return call_.does("disk.opaque-target", "awk prints to files whose names it makes up");
    Field path(now_.text);
    if (!lone_string()) path.append("...", Field::Ink::opaque);
    writes_file(call_, path, how);
  }

  /// "cmd" | getline, print | "cmd".
  void pipe() {
    const Token left = before_;
    advance();
    if (now_.kind == Token::Kind::name && now_.text == "getline")
      return runs(left.kind == Token::Kind::string && !left.text.contains('\\') ? std::optional(left.text)
                                                                                : std::nullopt);
    runs(lone_string());
  }

  const Call& call_;
  AwkLexer lexer_;
  Token now_, before_;
  bool printing_ = false;
  bool input_ = false;
  int depth_ = 0;
  int print_depth_ = 0;
};

/// "getline / 2", "in / x": what follows may be a division where the lexer sees a pattern.
bool divides_by_keyword(std::string_view text) {
  for (const std::string_view word : {"getline", "in"})
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const auto slash = text.find_first_not_of(" \t\r", at + word.size());
      if (slash != std::string_view::npos && text[slash] == '/') return true;
    }
  return false;
}

/// Whether anything in the text, patterns included, runs a command or opens a file.
bool may_act(std::string_view text) {
  return text.contains("system") || text.contains('|') || text.contains('>') || text.contains('<') ||
         text.contains('@');
}

void judge_program_text(const Call& call, const Field& program) {
  if (program.opaque()) {
    if (program.known_prefix().empty())
      return call.does("shell.opaque-code",
                       fmt::format("{} with a program known only at run time", call.name));
    call.does("shell.opaque-word", fmt::format("{} with a program partly known only at run time", call.name));
  }
  AwkProgram(call, program.text()).read();
  if (divides_by_keyword(program.text()) && may_act(program.text()))
    call.does("shell.foreign-code",
              fmt::format("{} with a program in which a division and a pattern look alike", call.name));
}

}  // namespace

void judge_awk(const Call& call) {
  constexpr OptionTable table{
      "bcCghIkMnNOPrsStVW", "FvfeilLdDoplE",
      "characters-as-bytes traditional copyright gen-pot help non-decimal-data csv bignum optimize "
      "no-optimize posix re-interval sandbox lint-old use-lc-numeric version trace",
      "field-separator assign file source include load exec dump-variables debug pretty-print "
      "profile lint"};
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, table);
  bool given = false;
  bool in_place = false;
  for (const Option& option : options.options) {
    const auto is = [&](std::string_view names) { return has_name(names, option.name); };
    if (is("e source")) judge_program_text(call, option.value);
    if (is("f file E exec"))
      call.does("shell.script", fmt::format("{} runs a program from a file", call.name));
    if (is("o pretty-print p profile d dump-variables") && !option.value.empty())
      writes_file(call, option.value, Writing::replace);
    if (is("l load")) call.does("shell.script", fmt::format("{} loads an extension", call.name));
    if (is("i include")) {
      in_place = in_place || option.value.text() == "inplace";
      if (option.value.text() != "inplace")
        call.does("shell.script", fmt::format("{} loads a program", call.name));
    }
    given = given || is("e source f file E exec");
  }
  if (!given && !options.operands.empty()) judge_program_text(call, options.operands[0]);
  for (const Field& file : operands_of(options, given ? 0 : 1)) {
    const bool assignment = file.known_prefix().contains('=') && !file.known_prefix().contains('/');
    if (in_place && !assignment)
      writes_file(call, file, Writing::change);
    else if (!assignment)
      reads_file(call, file);
  }
}

}  // namespace mcpssh::guard
