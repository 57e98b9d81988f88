#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.hpp"
#include "guard/carriers.hpp"
#include "guard/path.hpp"
#include "guard/programs.hpp"
#include "guard/reader.hpp"
#include "guard/words.hpp"

namespace mcpssh::guard {
namespace {

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

struct Interpreter {
  std::string_view name;
  std::string_view code;  ///< option letters that bring code
  std::string_view long_code;
};
constexpr std::array interpreters{Interpreter{"python", "c", ""},
                                  Interpreter{"perl", "eE", ""},
                                  Interpreter{"ruby", "e", ""},
                                  Interpreter{"node", "ep", "eval print"},
                                  Interpreter{"nodejs", "ep", "eval print"},
                                  Interpreter{"php", "rBRE", "run process-begin process-code"},
                                  Interpreter{"lua", "e", ""},
                                  Interpreter{"tclsh", "", ""},
                                  Interpreter{"Rscript", "e", ""},
                                  Interpreter{"expect", "c", ""},
                                  Interpreter{"fish", "c", "command init-command"},
                                  Interpreter{"csh", "c", ""},
                                  Interpreter{"tcsh", "c", ""},
                                  Interpreter{"pwsh", "ce", "Command"}};

/// The row of `name`, also under a version: python3, python3.11, perl5.36, lua5.4.
const Interpreter* find_interpreter(std::string_view name) {
  const auto plain = name.substr(0, name.find_last_not_of("0123456789.") + 1);
  const auto* found = std::ranges::find(interpreters, plain, &Interpreter::name);
  return found == interpreters.end() ? nullptr : found;
}

}  // namespace

Reader::Handler Reader::handler_of(std::string_view name) {
  using R = Reader;
  static const std::unordered_map<std::string_view, Handler> handlers{{"sh", &R::shell},
                                                                      {"bash", &R::shell},
                                                                      {"dash", &R::shell},
                                                                      {"ash", &R::shell},
                                                                      {"ksh", &R::shell},
                                                                      {"mksh", &R::shell},
                                                                      {"ksh93", &R::shell},
                                                                      {"zsh", &R::shell},
                                                                      {"rbash", &R::shell},
                                                                      {"xargs", &R::xargs},
                                                                      {"parallel", &R::parallel},
                                                                      {"find", &R::find},
                                                                      {"at", &R::input_is_code},
                                                                      {"batch", &R::input_is_code},
                                                                      {"eval", &R::eval},
                                                                      {"source", &R::source},
                                                                      {".", &R::source},
                                                                      {"cd", &R::cd},
                                                                      {"pushd", &R::cd},
                                                                      {"popd", &R::cd},
                                                                      {"declare", &R::declare},
                                                                      {"local", &R::declare},
                                                                      {"typeset", &R::declare},
                                                                      {"export", &R::declare},
                                                                      {"readonly", &R::declare},
                                                                      {"read", &R::forget_names},
                                                                      {"mapfile", &R::forget_names},
                                                                      {"readarray", &R::forget_names},
                                                                      {"getopts", &R::forget_names},
                                                                      {"unset", &R::forget_names},
                                                                      {"let", &R::forget_names},
                                                                      {"alias", &R::alias},
                                                                      {"trap", &R::trap},
                                                                      {"hash", &R::hash},
                                                                      {"echo", &R::echo},
                                                                      {"printf", &R::print_format},
                                                                      {"cat", &R::cat}};
  const auto found = handlers.find(name);
  return found == handlers.end() ? nullptr : found->second;
}

Reader::Produced Reader::dispatch(const Fields& words, Context& context) {
  if (!budget_.step()) return std::nullopt;
  const Field& first = words[0];
  if (!first.literal()) {
    find_out("shell.opaque-command", fmt::format("runs {}, a program whose name is known only at run time",
                                                 base::printable(first.text(), 80)));
    return std::nullopt;
  }
  const std::string_view text = first.text();
  call_function(text, context);
  if (context.wraps == 0) expand_alias(words, context);
  const auto name = base_name(text);
  carried(name, words, context);
  if (const Wrapper* wrapper = find_wrapper(name)) return unwrap(*wrapper, words, context);
  if (const Handler handler = handler_of(name)) return (this->*handler)(words, context);
  if (find_interpreter(name) != nullptr) return interpreter(words, context);
  check_program(name, words, context.environment.directory(),
                [this](std::string_view rule, const std::string& reason) { find_out(rule, reason); });
  return std::nullopt;
}

void Reader::call_function(std::string_view name, Context& context) {
  const auto function = functions_.find(name);
  if (function == functions_.end()) return;
  if (depth_ >= limits::depth) return budget_.exhaust();
  ++depth_;
  const auto bodies = function->second;
  for (const Node* body : bodies) {
    Environment inside = context.environment;
    run(*body, inside, context.input);
    context.environment.merge(inside);
  }
  --depth_;
}

void Reader::expand_alias(const Fields& words, Context& context) {
  const auto alias = aliases_.find(words[0].text());
  if (alias == aliases_.end()) return;
  // An alias is not expanded inside itself.
  auto kept = aliases_.extract(alias);
  code(kept.mapped() + " " + canonical(tail(words, 1)), context.environment, context.input);
  aliases_.insert(std::move(kept));
}

void Reader::carried(std::string_view program, const Fields& words, Context& context) {
  const Carried found = carried_by(program, words);
  for (const Field& text : found.code) {
    Environment inside = context.environment;
    const Input none{Input::Kind::unknown, {}};
    Context within{inside, none, context.command, context.wraps};
    code_word(text, within);
  }
  for (const std::string& what : found.foreign) find_out("shell.foreign-code", what);
}

void Reader::read_input(Context& context, std::string_view program) {
  switch (context.input.kind) {
    case Input::Kind::literal:
      return code(context.input.text, context.environment, Input{Input::Kind::unknown, {}});
    case Input::Kind::unknown:
      return find_out("shell.opaque-code",
                      fmt::format("{} runs what it reads from its input, known only at run time", program));
    case Input::Kind::inherited:
      return find_out("shell.interactive",
                      fmt::format("{} opens another shell, whose input nobody judges", program));
  }
}

Reader::Produced Reader::input_is_code(const Fields& words, Context& context) {
  read_input(context, words[0].text());
  return std::nullopt;
}

Reader::Produced Reader::shell(const Fields& words, Context& context) {
  bool takes_code = false;
  bool from_input = false;
  std::size_t at = 1;
  for (; at < words.size(); ++at) {
    const Field& word = words[at];
    const std::string_view text = word.text();
    if (word.splits() || (word.opaque() && word.known_prefix().empty())) break;
    if (text.size() < 2 || (text[0] != '-' && text[0] != '+')) break;
    if (text == "--version" || text == "--help") return std::nullopt;
    if (text == "--") {
      ++at;
      break;
    }
    if (text == "--rcfile" || text == "--init-file") {
      find_out("shell.opaque-code", "a shell with a start-up file of its own");
      ++at;
      continue;
    }
    if (has_name("--login --norc --noprofile --posix --restricted --verbose --noediting", text)) continue;
    constexpr std::string_view letters = "abcefhiklmnoprstuvxBCDEHOPT";
    if (word.opaque() || text.find_first_not_of(letters, 1) != std::string_view::npos)
      find_out("shell.unknown-option", fmt::format("{} with the option {}, which the guard does not know",
                                                   words[0].text(), base::printable(text, 40)));
    takes_code = takes_code || text.contains('c');
    from_input = from_input || text.contains('s');
    if (text.contains('o') || text.contains('O')) ++at;
  }
  Environment inside = context.environment;
  Context inner{inside, context.input, context.command, context.wraps};
  const bool operand = at < words.size();
  if (takes_code) {
    if (operand) code_word(words[at], inner);
  } else if (!operand || from_input || words[at].text() == "-" || words[at].text() == "/dev/stdin") {
    read_input(inner, words[0].text());
  } else if (words[at].opaque()) {
    find_out("shell.opaque-code", fmt::format("{} runs a script known only at run time", words[0].text()));
  }
  return std::nullopt;
}

Reader::Produced Reader::interpreter(const Fields& words, Context& context) {
  const auto name = base_name(words[0].text());
  const Interpreter* known = find_interpreter(name);
  bool script = false;
  for (std::size_t at = 1; known != nullptr && at < words.size() && !script; ++at) {
    const std::string_view text = words[at].text();
    const bool option = text.size() > 1 && text[0] == '-';
    script = !option && text != "-";
    if (text == "--version" || text == "--help" || text == "-V" || text == "-m") script = true;
    if (!option) {
      if (words[at].opaque() && script)
        find_out("shell.opaque-code", fmt::format("{} runs a script known only at run time", name));
      continue;
    }
    const bool brings_code = text.starts_with("--")
                                 ? has_name(known->long_code, text.substr(2, text.find('=') - 2))
                                 : text.find_first_of(known->code, 1) != std::string_view::npos;
    if (!brings_code && !words[at].opaque()) continue;
    find_out("shell.foreign-code", fmt::format("{} runs code the guard does not read", name));
    return std::nullopt;
  }
  if (script) return std::nullopt;
  if (context.input.kind == Input::Kind::inherited)
    find_out("shell.interactive", fmt::format("{} reads its program from its input", name));
  else
    find_out("shell.foreign-code", fmt::format("{} runs what it reads from its input", name));
  return std::nullopt;
}

}  // namespace mcpssh::guard
