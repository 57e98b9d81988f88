#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "guard/effects/rules.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/descriptor.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/program_name.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// "/etc/init.d/cron restart" as "service cron restart".
std::optional<Fields> service_of(Words words) {
  for (const std::string_view scripts :
       {"/etc/init.d/", "/etc/rc.d/", "/usr/local/etc/rc.d/", "/etc/rc.d/init.d/"}) {
    const std::string_view text = words[0].text();
    if (!text.starts_with(scripts) || text.substr(scripts.size()).contains('/')) continue;
    Fields out{Field("service"), words[0].substr(scripts.size())};
    out.insert(out.end(), words.begin() + 1, words.end());
    return out;
  }
  return std::nullopt;
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
                                                                      {"let", &R::let},
                                                                      {"alias", &R::alias},
                                                                      {"trap", &R::trap},
                                                                      {"hash", &R::hash},
                                                                      {"set", &R::set_option},
                                                                      {"shift", &R::shift},
                                                                      {"shopt", &R::set_option},
                                                                      {"echo", &R::echo},
                                                                      {"printf", &R::print_format},
                                                                      {"cat", &R::cat}};
  const auto found = handlers.find(name);
  return found == handlers.end() ? nullptr : found->second;
}

Reader::Produced Reader::dispatch(Words words, Context& context) {
  if (!budget_.step()) return std::nullopt;
  out_.invocations.push_back(words);
  const auto outer = std::exchange(invocation_, out_.invocations.size() - 1);
  Produced produced;
  const Field& first = words[0];
  if (!first.literal())
    find_out("shell.opaque-command", fmt::format("runs {}, a program whose name is known only at run time",
                                                 base::printable(first.text(), 80)));
  else if (is_redefined(first.text()))
    dispatch_shadowed(words, context);
  else
    produced = dispatch_name(words, context);
  invocation_ = outer;
  return produced;
}

Reader::Produced Reader::dispatch_name(Words words, Context& context) {
  if (auto service = service_of(words)) return dispatch(out_.keep(std::move(*service)), context);
  const std::string_view text = words[0].text();
  const auto name = base_name(text);
  if (const Wrapper* wrapper = find_wrapper(name)) {
    if (!system_program(text)) lies_elsewhere(text);
    return unwrap(*wrapper, words, context);
  }
  Produced produced;
  const Handler handler = handler_of(name);
  if (handler != nullptr) produced = (this->*handler)(words, context);
  if (handler != nullptr && find_program(name) == nullptr) {
    if (!system_program(text)) lies_elsewhere(text);
    return produced;
  }
  program(name, words, context);
  return produced;
}

/// What a row of the program tables tells, into the reading.
class Reader::Told final : public Consequences {
 public:
  Told(Reader& reader, Context& context) : reader_(reader), context_(context) {}

  void does(std::string_view id, const std::string& reason) override { reader_.find_out(id, reason); }
  void runs(const Field& code) override { run(code, context_.environment); }
  void runs(Words words) override { run(words, context_.environment); }
  void runs_elsewhere(const Field& code) override { run(code, elsewhere()); }
  void runs_elsewhere(Words words) override { run(words, elsewhere()); }
  [[nodiscard]] bool has_input() const override { return context_.input.kind != Input::Kind::inherited; }
  [[nodiscard]] const std::string* input_text() const override {
    return context_.input.kind == Input::Kind::literal ? &context_.input.text : nullptr;
  }

 private:
  [[nodiscard]] Environment elsewhere() const {
    Environment out = context_.environment;
    out.start_over(false);
    return out;
  }
  void run(const Field& code, Environment inside) {
    inside.keep_to_itself();
    const Input none{Input::Kind::unknown, {}, {}};
    Context within{inside, none, context_.command, context_.wraps};
    const auto outer = std::exchange(reader_.invocation_, Reading::nobody);
    reader_.code_word(code, within);
    reader_.invocation_ = outer;
  }
  void run(Words words, Environment inside) {
    if (words.empty()) return;
    Context within{inside, context_.input, context_.command, context_.wraps};
    const auto outer = std::exchange(reader_.invocation_, Reading::nobody);
    reader_.dispatch_inner(context_.name, reader_.out_.keep(copy_of(words)), within);
    reader_.invocation_ = outer;
  }

  Reader& reader_;
  Context& context_;
};

/// What may happen, but hopefully does not: denials are questions, and what it runs was read before.
class Reader::Feared final : public Consequences {
 public:
  explicit Feared(Told& told) : told_(told) {}

  void does(std::string_view id, const std::string& reason) override {
    const Rule* rule = find_rule(id);
    if (rule == nullptr || rule->standard == Decision::allow) return;
    if (rule->standard == Decision::ask) return told_.does(id, reason);
    told_.does(rule->effect == Effect::remove ? "fs.remove-unknown" : "disk.opaque-target",
               fmt::format("{}, if the cd before it fails", reason));
  }
  void runs(const Field&) override {}
  void runs(Words) override {}
  void runs_elsewhere(const Field&) override {}
  void runs_elsewhere(Words) override {}
  [[nodiscard]] bool has_input() const override { return told_.has_input(); }
  [[nodiscard]] const std::string* input_text() const override { return told_.input_text(); }

 private:
  Told& told_;
};

void Reader::tell_wherever(Words words, Context& context, const std::function<void(const Call&)>& tell) {
  Told told(*this, context);
  tell({context.name, words, context.environment.directory(), told});
  if (const Field* otherwise = context.environment.otherwise()) {
    Feared feared(told);
    tell({context.name, words, *otherwise, feared});
  }
}

void Reader::lies_elsewhere(std::string_view path) {
  find_out("shell.unknown-program",
           fmt::format("{} does not lie where the system keeps its programs", base::printable(path, 80)));
}

bool Reader::is_known(std::string_view name) {
  return find_program(name) != nullptr || find_wrapper(name) != nullptr || handler_of(name) != nullptr;
}

void Reader::program(std::string_view name, Words words, Context& context) {
  context.name = name;
  const std::string_view path = words[0].text();
  if (!system_program(path) && find_init_script(path) == nullptr) lies_elsewhere(path);
  tell_wherever(words, context, judge_program);
}

void Reader::as_program(std::string_view name, Environment& environment,
                        const std::function<void(const Call&)>& tell) {
  const Input none{Input::Kind::unknown, {}, {}};
  Context context{environment, none, 0, 0, name};
  tell_wherever({}, context, tell);
}

void Reader::with_shell(Environment& environment, const std::function<void(const Call&)>& tell) {
  as_program("the shell", environment, tell);
}

void Reader::read_input(Context& context, std::string_view program) {
  switch (context.input.kind) {
    case Input::Kind::literal:
      return code(context.input.text, context.environment, Input{Input::Kind::unknown, {}, {}});
    case Input::Kind::paths:
    case Input::Kind::unknown:
      return find_out("shell.opaque-code",
                      fmt::format("{} runs what it reads from its input, known only at run time", program));
    case Input::Kind::inherited:
      return find_out("shell.interactive",
                      fmt::format("{} opens another shell, whose input nobody judges", program));
  }
}

Reader::Produced Reader::input_is_code(Words words, Context& context) {
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string_view text = words[at].text();
    if (has_name("-l -c -r -d -V --help --version", text)) return std::nullopt;
    if (text != "-f") continue;
    find_out("shell.script", fmt::format("{} runs a script later", words[0].text()));
    return std::nullopt;
  }
  read_input(context, words[0].text());
  return std::nullopt;
}

struct Reader::ShellCall {
  bool takes_code = false;
  bool from_input = false;
  bool only_parses = false;
  bool only_tells = false;  ///< --help, --version
  std::size_t operand = 1;  ///< index of the first word behind the options
};

Reader::ShellCall Reader::read_shell(Words words) {
  ShellCall out;
  for (std::size_t& at = out.operand; at < words.size(); ++at) {
    const Field& word = words[at];
    const std::string_view text = word.text();
    if (word.splits() || (word.opaque() && word.known_prefix().empty())) break;
    if (text.size() < 2 || (text[0] != '-' && text[0] != '+')) break;
    out.only_tells = out.only_tells || text == "--version" || text == "--help";
    if (text == "--" || out.only_tells) {
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
    out.takes_code = out.takes_code || text.contains('c');
    out.from_input = out.from_input || text.contains('s');
    out.only_parses = text.contains('n') ? text[0] == '-' : out.only_parses;
    if (text.contains('o') || text.contains('O')) ++at;
  }
  return out;
}

Reader::Produced Reader::shell(Words words, Context& context) {
  const ShellCall call = read_shell(words);
  if (call.only_tells) return std::nullopt;
  Environment inside = context.environment;
  inside.keep_to_itself();
  Context inner{inside, context.input, context.command, context.wraps};
  const std::size_t at = call.operand;
  const bool operand = at < words.size();
  if (call.only_parses && operand && !words[at].opaque()) return std::nullopt;
  if (call.takes_code) {
    if (operand) {
      inside.set_arguments(tail(words, at + 1));  // $0 may lead up too
      inside.set_arguments(tail(words, std::min(at + 2, words.size())));
      code_word(words[at], inner);
    }
  } else if (!operand || call.from_input || words[at].text() == "-" ||
             names_input(words[at], inside.directory())) {
    if (call.from_input) inside.set_arguments(tail(words, at));
    read_input(inner, words[0].text());
  } else if (names_descriptor(words[at], inside.directory())) {
    find_out("shell.opaque-code", fmt::format("{} runs a script known only at run time", words[0].text()));
  } else {
    find_out("shell.script",
             fmt::format("{} runs the script {}", words[0].text(), base::printable(words[at].text(), 80)));
  }
  return std::nullopt;
}

}  // namespace mcpssh::guard
