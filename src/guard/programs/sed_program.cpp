// sed: its commands w, W and e, and what -i changes (POSIX sed, GNU sed 4.9).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "guard/programs/languages.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Walks the commands of one script.
class SedScript {
 public:
  SedScript(const Call& call, std::string_view text) : call_(call), text_(text) {}

  /// False when it cannot be read to the end.
  bool read() {
    while (skip_blanks()) {
      if (!address() || !command()) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] char now() const { return ended() ? '\n' : text_[at_]; }

  bool skip_blanks() {
    constexpr std::string_view between = " \t\n;}";
    while (!ended() && between.contains(text_[at_])) ++at_;
    return !ended();
  }

  void skip_spaces() {
    while (!ended() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  std::string_view rest_of_line() {
    skip_spaces();
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view out = text_.substr(at_, end - at_);
    at_ = end;
    return out;
  }

  /// Past the next `delimiter`; inside brackets it is no delimiter of an expression.
  bool skip_to(char delimiter, bool expression) {
    for (; !ended(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == delimiter) {
        ++at_;
        return true;
      } else if (expression && text_[at_] == '[') {
        at_ = bracket_end();
      }
    }
    return false;
  }

  /// Where the bracket expression at `at_` closes; here, when it does not.
  [[nodiscard]] std::size_t bracket_end() const {
    for (std::size_t at = at_ + (text_.substr(at_).starts_with("[^") ? 3 : 2); at < text_.size(); ++at) {
      if (text_[at] == '\n') break;
      if (text_[at] == ']') return at;
      const std::size_t close =
          text_.substr(at).starts_with("[:") ? text_.find(":]", at + 2) : std::string_view::npos;
      if (close != std::string_view::npos) at = close + 1;
    }
    return at_;
  }

  bool one_address() {
    if (now() == '\\' && at_ + 1 < text_.size()) {
      const char delimiter = text_[at_ + 1];
      at_ += 2;
      if (!skip_to(delimiter, true)) return false;
    } else if (now() == '/') {
      ++at_;
      if (!skip_to('/', true)) return false;
    } else {
      while (!ended() && std::string_view("0123456789$~+").contains(text_[at_])) ++at_;
    }
    while (!ended() && (text_[at_] == 'I' || text_[at_] == 'M')) ++at_;
    return true;
  }

  bool address() {
    if (!one_address()) return false;
    skip_spaces();
    if (now() == ',' && !ended()) {
      ++at_;
      skip_spaces();
      if (!one_address()) return false;
      skip_spaces();
    }
    while (!ended() && (text_[at_] == '!' || text_[at_] == ' ')) ++at_;
    return true;
  }

  void written(std::string_view path) {
    if (path != "/dev/stdout" && path != "/dev/stderr") writes_file(call_, Field(path), Writing::replace);
  }

  void executes(std::string_view code) {
    if (code.empty())
      call_.does("shell.foreign-code", "sed runs the lines it reads as commands");
    else
      call_.out.runs(Field(code));
  }

  bool substitution() {
    const char delimiter = now();
    ++at_;
    if (!skip_to(delimiter, true) || !skip_to(delimiter, false)) return false;
    for (; !ended(); ++at_) {
      const char flag = text_[at_];
      if (flag == 'w') {
        ++at_;
        written(rest_of_line());
        return true;
      }
      if (flag == 'e') executes({});
      if (!std::string_view("gpiIMme0123456789 ").contains(flag)) return true;
    }
    return true;
  }

  /// Text of a, i, c: to the end of the line, and on where that ends in a backslash.
  void text_argument() {
    for (; !ended() && text_[at_] != '\n'; ++at_)
      if (text_[at_] == '\\') ++at_;
  }

  bool command() {
    if (ended()) return true;
    const char name = text_[at_++];
    switch (name) {
      case 's':
        return substitution();
      case 'y': {
        const char delimiter = now();
        ++at_;
        return skip_to(delimiter, false) && skip_to(delimiter, false);
      }
      case 'a':
      case 'i':
      case 'c':
        text_argument();
        return true;
      case 'w':
      case 'W':
        written(rest_of_line());
        return true;
      case 'r':
      case 'R':
        reads_file(call_, Field(rest_of_line()));
        return true;
      case 'e':
        executes(rest_of_line());
        return true;
      case ':':
      case 'b':
      case 't':
      case 'T':
        at_ = std::min(text_.find_first_of(";\n}", at_), text_.size());
        return true;
      case '#':
        rest_of_line();
        return true;
      case 'q':
      case 'Q':
      case 'l':
      case 'L':
        skip_spaces();
        while (!ended() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
        return true;
      default:
        return std::string_view("{=dDgGhHnNpPxzFv").contains(name);
    }
  }

  const Call& call_;
  std::string_view text_;
  std::size_t at_ = 0;
};

void judge_script(const Call& call, const Field& script) {
  if (script.opaque()) {
    if (script.known_prefix().empty())
      return call.does("shell.opaque-code", "sed with a script known only at run time");
    call.does("shell.opaque-word", "sed with a script partly known only at run time");
  }
  if (!SedScript(call, script.text()).read())
    call.does("shell.foreign-code", fmt::format("sed with a script the guard does not read: {}",
                                                base::printable(script.text(), 60)));
}

}  // namespace

void judge_sed(const Call& call) {
  constexpr OptionTable table{
      "nErsuzi", "efl",
      "quiet silent debug posix regexp-extended separate sandbox unbuffered null-data "
      "zero-terminated follow-symlinks help version in-place",
      "expression file line-length"};
  if (call.only_help()) return;
  bool in_place = false;
  // "-i.bak" takes what follows it in the same word: getopt's tables cannot say so.
  Fields words = copy_of(call.words);
  for (Field& word : words) {
    const std::string_view text = word.text();
    if (text.size() < 2 || text[0] != '-' || text[1] == '-') continue;
    const auto valued = text.find_first_of("efl", 1);
    const auto at = text.find('i', 1);
    if (at == std::string_view::npos || valued < at) continue;
    in_place = true;
    word = word.substr(0, at + 1);
  }
  const Options options = options_of({call.name, words, call.directory, call.out}, table);
  in_place = in_place || options.has("in-place");
  bool script_given = false;
  for (const Option& option : options.options) {
    if (option.name == "e" || option.name == "expression") {
      judge_script(call, option.value);
      script_given = true;
    } else if (option.name == "f" || option.name == "file") {
      call.does("shell.script",
                fmt::format("sed runs the script {}", base::printable(option.value.text(), 60)));
      script_given = true;
    }
  }
  if (!script_given && !options.operands.empty()) judge_script(call, options.operands[0]);
  for (const Field& file : operands_of(options, script_given ? 0 : 1)) {
    // Lines taken out of a log or a database's files are gone like the whole.
    const bool state = in_place && reach_of(file, call.directory) == Reach::state;
    if (in_place)
      writes_file(call, file, state ? Writing::replace : Writing::change);
    else
      reads_file(call, file);
  }
}

}  // namespace mcpssh::guard
