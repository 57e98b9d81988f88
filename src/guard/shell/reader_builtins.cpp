#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/shell/arithmetic.hpp"
#include "guard/shell/descriptor.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

std::string_view option_letters(const Field& word) {
  const std::string_view text = word.text();
  const bool option = text.size() > 1 && (text[0] == '-' || text[0] == '+') && text != "--";
  return option ? text.substr(1) : std::string_view();
}

bool is_name(std::string_view text) {
  return !text.empty() && (text[0] < '0' || text[0] > '9') &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
             std::string_view::npos;
}

/// Files that set variables and that every login reads: sourcing one again adds nothing.
bool is_settings(std::string_view file) {
  constexpr std::array<std::string_view, 14> files{
      "/etc/os-release", "/usr/lib/os-release", "/etc/lsb-release", "/etc/profile",    "/etc/environment",
      "/etc/bashrc",     "/etc/bash.bashrc",    "~/.bashrc",        "~/.bash_profile", "~/.profile",
      "~/.zshrc",        "/etc/locale.conf",    "~/.nvm/nvm.sh",    "~/.cargo/env"};
  return is_one_of(file, files) || file.ends_with("/bin/activate") || file.starts_with("/etc/profile.d/");
}

bool is_settings(const Field& file, const Field& directory) {
  // Where anybody writes, and anybody's name for another file.
  return reach_of(file, directory) != Reach::temporary && is_settings(absolute(file, directory).text());
}

/// What "printf -v" writes, as far as its words tell.
bool writes_upward(const Field& word) {
  const std::string_view text = word.text();
  return leads_up(word) || text.contains('\\') || Dots::in(text).alone || text.contains(".%");
}

}  // namespace

Reader::Produced Reader::eval(Words words, Context& context) {
  // "eval eval ...": each takes quotes off, and nobody writes so many.
  constexpr std::size_t most_evals = 4;
  const auto again = [](const Field& word) { return word.literal() && word.text() == "eval"; };
  const auto evals = static_cast<std::size_t>(std::ranges::find_if_not(words, again) - words.begin());
  if (evals > most_evals) {
    overwrapped_ = true;
    words = tail(words, evals - most_evals);
  }
  Field text;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (i == 1 && words[i].text() == "--") continue;
    if (!text.empty()) text.append(' ', Field::Ink::plain);
    text.append(words[i]);
  }
  code_word(text, context);
  return std::nullopt;
}

Reader::Produced Reader::source(Words words, Context& context) {
  if (words.size() < 2) return std::nullopt;
  const Field& file = words[1];
  if (names_input(file, context.environment.directory()))
    read_input(context, words[0].text());
  else if (!file.literal() || names_descriptor(file, context.environment.directory()))
    find_out("shell.opaque-code",
             fmt::format("runs a file known only at run time: {}", base::printable(file.text(), 80)));
  else if (!is_settings(file, context.environment.directory()))
    find_out("shell.script", fmt::format("runs the file {}", base::printable(file.text(), 80)));
  // What the file sets is not known here.
  context.environment.forget_all();
  return std::nullopt;
}

Reader::Produced Reader::cd(Words words, Context& context) {
  std::size_t at = 1;
  bool odd = false;  // it fails, or does not move
  for (; at < words.size() && (words[at].text() == "--" || !option_letters(words[at]).empty()); ++at)
    odd = odd || option_letters(words[at]).find_first_not_of("LPe@") != std::string_view::npos;
  Field to("-");
  if (odd || words.size() > at + 1) {
    // Wherever that leaves it.
  } else if (words[0].text() != "popd" && at < words.size())
    to = words[at];
  else if (words[0].text() == "cd") {
    to = Field();
    to.append("~", Field::Ink::home);
  }
  context.environment.try_directory(to);
  return std::nullopt;
}

/// What the options of declare and its kin say of the names behind them.
struct Reader::Declaration {
  std::string_view command;
  bool integers = false;
  bool associative = false;
  bool keeps = false;      ///< readonly
  bool otherwise = false;  ///< it prints, changes the value, or fails outside of a function
};

Reader::Produced Reader::declare(Words words, Context& context) {
  const std::string_view command = words[0].text();
  Declaration declaration{.command = command,
                          .keeps = command == "readonly",
                          .otherwise = command == "local" && functions_open_ == 0};
  for (const Field& word : tail(words, 1)) {
    if (option_letters(word).empty())
      declare_name(word, declaration, context.environment);
    else
      read_declaration(word, declaration);
  }
  return std::nullopt;
}

void Reader::read_declaration(const Field& option, Declaration& out) {
  const auto letters = option_letters(option);
  const bool sets = option.text()[0] == '-';
  if (letters.contains('n') && out.command != "export")
    find_out("shell.code-variable", "a name reference changes variables under another name");
  if (sets && letters.find_first_of("luc") != std::string_view::npos)
    find_out("shell.code-variable", "what is written into the variable is not what it holds");
  out.otherwise = out.otherwise || letters.find_first_not_of("naAgirtxI") != std::string_view::npos;
  out.integers = out.integers || (sets && letters.contains('i'));
  out.associative = out.associative || (sets && letters.contains('A'));
  out.keeps = out.keeps || (sets && out.command != "export" && letters.contains('r'));
}

void Reader::declare_name(const Field& word, const Declaration& how, Environment& environment) {
  const auto equals = word.known_prefix().find('=');
  const auto name = word.known_prefix().substr(0, equals);
  if (how.integers) environment.make_integer(name);
  if (how.associative) environment.make_associative(name);
  if (interactive_ && (how.keeps || name == "IFS"))
    find_out("shell.code-variable", "later lines do not read as they are written");
  if (interactive_ && how.integers)
    find_out("shell.code-variable", "every value later lines give it is read as arithmetic");
  if (equals == std::string_view::npos) {
    // "export $(cat file)" may set anything; "local X" makes it empty.
    if (word.opaque())
      environment.forget_all();
    else if (!has_name("export readonly", how.command))
      environment.forget(name);
  } else if (is_name(name)) {
    Field value = word.substr(equals + 1);
    code_variable(name, value, environment);
    if (environment.is_integer(name)) value = as_integer(name, value);
    if (how.otherwise)
      environment.forget(name);
    else
      environment.set(name, std::move(value));
  } else {
    const auto array = name.substr(0, name.find_first_of("+["));
    code_variable(array, Field::unknown("?", false), environment);
    if (leads_up(word.substr(equals + 1))) environment.lead_up(array);
    environment.keep_dots(array, word.text());
    environment.forget(array);
  }
  if (how.keeps) environment.make_readonly(name);
}

Reader::Produced Reader::let(Words words, Context& context) {
  const WordEvents on = events(context.environment, context.input);
  for (const Field& word : tail(words, 1)) evaluate(word, context.environment, on);
  return std::nullopt;
}

namespace {

/// Whether a word of the input may lead up.
bool reads_upward(const Input& input, const Environment& environment) {
  if (input.kind != Input::Kind::literal) return true;
  // read takes backslashes out, and parts at what IFS holds.
  std::string text = input.text;
  std::erase(text, '\\');
  return text.contains("..") || Dots::in(text).alone ||
         (!environment.splits_at_blanks() && text.contains('.'));
}

/// "find /srv | while read -r f": one of those. Of several the one that is a secret is worth following.
void read_path(const Fields& paths, std::string_view name, Environment& environment) {
  if (paths.size() == 1 || (!paths.empty() && is_secret(paths.back(), environment.directory())))
    environment.set(name, paths.back());
}

}  // namespace

Reader::Produced Reader::forget_names(Words words, Context& context) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Field& word = words[i];
    std::string_view text = word.text();
    // "read -aNAME"
    if (const auto array = option_letters(word).find('a'); array != std::string_view::npos)
      text.remove_prefix(array + 2);
    const auto name = text.substr(0, text.find_first_of("[=+-*/ "));
    if (word.opaque())
      context.environment.forget_all();
    else if (is_name(name)) {
      if (words[0].text() != "unset") code_variable(name, Field::unknown("?", false), context.environment);
      const bool harmless = words[0].text() == "unset" || words[0].text() == "getopts" ||
                            context.input.kind == Input::Kind::paths;
      if (!harmless && reads_upward(context.input, context.environment)) context.environment.lead_up(name);
      if (!harmless) context.environment.keep_dots(name, context.input.text);
      context.environment.forget(name);
      const bool one =
          words[0].text() == "read" && i + 1 == words.size() && !option_letters(words[i - 1]).contains('a');
      const bool first = i == 1 || !option_letters(words[i - 1]).empty() || words[i - 1].empty();
      if (one && first && context.input.kind == Input::Kind::paths)
        read_path(context.input.paths, name, context.environment);
    }
  }
  return std::nullopt;
}

Reader::Produced Reader::alias(Words words, Context& context) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Field& word = words[i];
    const auto equals = word.known_prefix().find('=');
    if (equals == std::string_view::npos) {
      if (word.opaque()) find_out("shell.opaque-code", "an alias known only at run time");
      continue;
    }
    Environment inside = context.environment;
    if (interactive_) inside.forget_all();
    Context within{inside, context.input, context.command, context.wraps};
    Field body = word.substr(equals + 1);
    const std::string_view name = std::string_view(word.text()).substr(0, equals);
    const std::string_view first = std::string_view(body.text()).substr(0, body.text().find(' '));
    if (is_known(name) && first != name)
      find_out("shell.redefinition", fmt::format("{} gets another meaning", base::printable(name, 40)));
    if (body.literal()) aliases_[word.text().substr(0, equals)] = body.text();
    // Judged as if called with nothing and with anything.
    code_word(body, within);
    body.append(Field(" \"$@\""));
    code_word(body, within);
  }
  return std::nullopt;
}

Reader::Produced Reader::trap(Words words, Context& context) {
  std::size_t at = 1;
  if (at < words.size() && words[at].text() == "--") ++at;
  if (at >= words.size() || !option_letters(words[at]).empty() || words[at].text() == "-")
    return std::nullopt;
  // From a shell nothing is known of, so that whatever it changes shows.
  Environment unknown("?");
  unknown.forget_all();
  Environment later = unknown;
  // With what the text knows it is read once more at its end.
  const bool again = !interactive_ && &context.environment == top_ && words[at].literal();
  const bool muted = std::exchange(only_denials_, only_denials_ || again);
  Context within{later, context.input, context.command, context.wraps};
  code_word(words[at], within);
  only_denials_ = muted;
  if (again) {
    traps_.push_back(words[at]);
    context.environment.watch();
  }
  const bool at_the_end = std::ranges::all_of(tail(words, at + 1), [](const Field& signal) {
    return signal.literal() && has_name("EXIT exit 0", signal.text());
  });
  // All others may run between any two commands that follow.
  if (!at_the_end && later != unknown) context.environment.lose_track();
  return std::nullopt;
}

Reader::Produced Reader::hash(Words words, Context&) {
  for (const Field& word : words)
    if (option_letters(word).contains('p') || word.opaque())
      find_out("shell.redefinition", "hash -p gives a program another name");
  return std::nullopt;
}

Reader::Produced Reader::shift(Words words, Context& context) {
  const Fields* known = context.environment.arguments();
  const std::string_view count = words.size() > 1 ? std::string_view(words[1].text()) : "1";
  const bool one_digit = words.size() < 3 && count.size() == 1 && count[0] >= '0' && count[0] <= '9';
  if (known == nullptr || !one_digit) {
    context.environment.forget_arguments();
    return std::nullopt;
  }
  const auto by = static_cast<std::size_t>(count[0] - '0');
  if (by > context.environment.sure_arguments()) {
    context.environment.forget_arguments();
    return std::nullopt;
  }
  // Of fewer none is taken.
  if (by <= known->size()) context.environment.set_arguments(copy_of(tail(*known, by)));
  return std::nullopt;
}

namespace {

/// What "set" takes for $1, $2 ...: "--", "-" and "+" in front of them end its options, and "-" with nothing
/// behind it leaves what there was.
void set_arguments_of(Words words, Environment& environment) {
  const std::string_view first = words[0].text();
  const bool marks = words[0].literal() && (first == "--" || first == "-" || first == "+");
  if (marks && first != "--" && words.size() == 1) return;
  environment.set_arguments(tail(words, marks ? 1 : 0));
  // "$(echo --)" may be a mark, an option or a name.
  if (!marks && words[0].opaque()) environment.forget_arguments();
}

}  // namespace

Reader::Produced Reader::set_option(Words words, Context& context) {
  const bool by_letter = words[0].text() == "set";
  bool on = false;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const Field& word = words[at];
    const auto letters = option_letters(word);
    const bool names_option = option_letters(words[at - 1]).contains('o');
    if (by_letter && letters.empty() && !names_option) {
      set_arguments_of(tail(words, at), context.environment);
      break;
    }
    if (!letters.empty()) on = word.text()[0] == '-';
    const bool letter = by_letter && on && letters.contains('k');
    if (letter || (on && has_name("keyword cdable_vars", word.text())))
      find_out("shell.redefinition", "an option after which the shell reads words otherwise");
  }
  return std::nullopt;
}

Reader::Produced Reader::echo(Words words, Context&) {
  std::string out;
  std::size_t at = 1;
  bool newline = true;
  for (; at < words.size() &&
         (words[at].text() == "-n" || words[at].text() == "-e" || words[at].text() == "-E");
       ++at)
    newline = newline && words[at].text() != "-n";
  for (std::size_t i = at; i < words.size(); ++i) {
    // Shells differ in what echo does with backslashes.
    if (!words[i].literal() || words[i].text().contains('\\')) return std::nullopt;
    if (i > at) out += ' ';
    out += words[i].text();
  }
  return Input{Input::Kind::literal, newline ? out + "\n" : out, {}};
}

Reader::Produced Reader::print_format(Words words, Context& context) {
  if (words.size() > 1 && words[1].text().starts_with("-v")) {
    const bool apart = words[1].text().size() == 2 && words.size() > 2;
    const std::string_view whole = std::string_view(words[apart ? 2 : 1].text()).substr(apart ? 0 : 2);
    const auto name = whole.substr(0, whole.find('['));
    code_variable(name, Field::unknown("?", false), context.environment);
    if (std::ranges::any_of(words, writes_upward)) context.environment.lead_up(name);
    for (const Field& word : words) context.environment.keep_dots(name, word.text());
    context.environment.forget(name);
  }
  if (words.size() < 2 || !words[1].literal()) return std::nullopt;
  const std::string& format = words[1].text();
  std::string out;
  if (format == "%s" || format == "%s\\n" || format == "%s ") {
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (!words[i].literal()) return std::nullopt;
      out += words[i].text() + (format == "%s" ? "" : format == "%s " ? " " : "\n");
    }
    return Input{Input::Kind::literal, std::move(out), {}};
  }
  if (words.size() > 2 || format.contains('%')) return std::nullopt;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '\\') {
      out += format[at];
    } else if (at + 1 < format.size() && format[at + 1] == 'n') {
      out += '\n';
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return Input{Input::Kind::literal, std::move(out), {}};
}

Reader::Produced Reader::cat(Words words, Context& context) {
  const bool from_input = words.size() == 1 || (words.size() == 2 && words[1].text() == "-");
  if (!from_input || context.input.kind != Input::Kind::literal) return std::nullopt;
  return context.input;
}

}  // namespace mcpssh::guard
