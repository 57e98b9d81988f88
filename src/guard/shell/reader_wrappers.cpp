#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"
#include "guard/programs/process_signals.hpp"
#include "guard/programs/ssh_options.hpp"
#include "guard/shell/program_name.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/words.hpp"

/// Programs that run the command in their operands: sudo, env, timeout, ssh, xargs, parallel.
namespace mcpssh::guard {
namespace {

/// Wrappers around wrappers; nobody writes more. What runs others in another way ends at twice as many.
constexpr int most_wraps = 16;

/// "NAME" of "NAME=value"; empty when the word is no assignment.
std::string_view assigned_name(const Field& word) {
  const auto equals = word.known_prefix().find('=');
  if (equals == std::string_view::npos || equals == 0) return {};
  const auto name = word.known_prefix().substr(0, equals);
  const auto odd = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  return odd == std::string_view::npos ? name : std::string_view();
}

/// Where the inner command of a wrapper begins, and the options before it.
struct WrapperCall {
  Options options;
  std::size_t inner = 1;
};

WrapperCall read_wrapper(const Wrapper& wrapper, Words words) {
  WrapperCall out;
  std::size_t& at = out.inner;
  for (int left = wrapper.operands;;) {
    Options more = read_leading_options(words, at, wrapper.table);
    at = more.first_operand;
    out.options.splits = out.options.splits || more.splits;
    if (more.unknown && !out.options.unknown) out.options.unknown = more.unknown;
    std::ranges::move(more.options, std::back_inserter(out.options.options));
    // "su -" asks for a login shell, "env -" for an empty environment; "runuser -u name" needs no operand.
    if ((wrapper.interleaved || wrapper.assignments) && at < words.size() && words[at].text() == "-") {
      ++at;
      out.options.options.push_back({"-", {}});
      continue;
    }
    const bool said = std::ranges::any_of(
        out.options.options, [&](const Option& option) { return has_name(wrapper.instead, option.name); });
    if (left == 0 || at >= words.size() || said) return out;
    out.options.splits = out.options.splits || words[at].splits();
    ++at;
    if (--left == 0 && !wrapper.interleaved) return out;
  }
}

/// Properties of a unit that run nothing and load nothing (systemd.resource-control, .exec, .kill).
bool is_harmless_property(std::string_view name) {
  constexpr std::array<std::string_view, 14> beginnings{
      "Memory",  "CPU",      "IO",      "Tasks", "Limit",   "Nice",     "Protect",
      "Private", "Restrict", "Runtime", "Slice", "Timeout", "AmbientC", "CapabilityB"};
  constexpr std::string_view names =
      "Description Type RemainAfterExit NoNewPrivileges User Group DynamicUser OOMScoreAdjust UMask KillMode "
      "KillSignal SendSIGKILL WorkingDirectory ReadOnlyPaths InaccessiblePaths Restart RestartSec TTYPath "
      "SystemCallFilter LockPersonality CollectMode After Before SyslogIdentifier "
      "BlockIOWeight "
      "StartupCPUWeight IPAccounting IPAddressDeny DevicePolicy Delegate StandardInput";
  return has_name(names, name) ||
         std::ranges::any_of(beginnings, [&](std::string_view one) { return name.starts_with(one); });
}

bool is_shell(const Field& program) {
  constexpr std::string_view shells = "sh bash dash ash ksh zsh rbash nologin false true fish";
  const auto name = system_program(program.text());
  return program.literal() && name && has_name(shells, *name);
}

/// What it runs may change the shell it was typed into.
bool runs_in_the_shell(const Wrapper& wrapper) {
  return wrapper.name == "command" || wrapper.name == "builtin" || wrapper.name == "time";
}

/// Where a program behind a new root comes from: what anybody may have put there.
bool is_foreign_root(const Field& root, const Field& directory) {
  const Reach reach = reach_of(root, directory);
  return reach == Reach::temporary || reach == Reach::unknown;
}

bool has_one_of(const Options& options, std::string_view names) {
  return std::ranges::any_of(options.options,
                             [&](const Option& option) { return has_name(names, option.name); });
}

/// Where the command of a wrapper begins when that is not where the wrapper stands.
void begin_in(const Wrapper& wrapper, const Options& options, Environment& environment) {
  const bool away = wrapper.start_options.empty() || has_one_of(options, wrapper.start_options);
  if (wrapper.start != Wrapper::Start::here && away && !has_one_of(options, wrapper.stay_options))
    environment.start_over(wrapper.start == Wrapper::Start::root);
  if (has_one_of(options, wrapper.roots)) environment.start_over(true);
}

/// "strace -o '|program'" writes into a program.
void wrapper_writes(const Call& call, const Field& file) {
  if (file.text().starts_with('|') || (call.name == "strace" && file.text().starts_with('!')))
    call.does("shell.foreign-code", "writes into a program");
  else
    writes_file(call, file, Writing::replace);
}

/// chrt, taskset, ionice and prlimit with nothing but a process show what it has.
bool only_shows(const Wrapper& wrapper, Words words, const Options& options) {
  if (wrapper.rule != "service.signal") return false;
  const auto any = [&](auto is) { return std::any_of(words.begin() + 1, words.end(), is); };
  if (wrapper.name == "ionice")
    return !options.has("c") && !options.has("class") && !options.has("n") && !options.has("classdata");
  if (wrapper.name == "prlimit")
    return !any(
        [](const Field& word) { return word.text().contains('=') && !word.text().starts_with("--o"); });
  return std::count_if(words.begin() + 1, words.end(),
                       [](const Field& word) { return !word.text().starts_with('-'); }) < 2;
}

}  // namespace

void Reader::expect_command(std::string_view wrapper, Words inner) {
  if (inner[0].text().starts_with('-'))
    find_out("shell.unknown-option", fmt::format("{} with the option {} where a command is expected", wrapper,
                                                 base::printable(inner[0].text(), 40)));
}

Reader::Produced Reader::dispatch_inner(std::string_view wrapper, Words inner, Context& context) {
  expect_command(wrapper, inner);
  if (context.wraps >= 2 * most_wraps) {
    budget_.exhaust();
    return std::nullopt;
  }
  if (context.wraps >= most_wraps) return dispatch_innermost(inner, context);
  std::size_t bytes = 0;
  for (const Field& word : inner) bytes += word.size() + 1;
  // As much text for the deny patterns as all expansions may make.
  wrapped_bytes_ += bytes;
  if (wrapped_bytes_ <= limits::expanded_bytes)
    out_.wrapped.push_back(inner);
  else
    overwrapped_ = true;
  ++context.wraps;
  return dispatch(inner, context);
}

Reader::Produced Reader::dispatch_innermost(Words words, Context& context) {
  overwrapped_ = true;
  Environment inside = context.environment;
  Context inner{inside, context.input, context.command, context.wraps + 1};
  bool same_shell = true;
  while (!words.empty()) {
    const std::string_view text = words[0].text();
    const bool plain = words[0].literal() && !is_redefined(text);
    const Wrapper* wrapper = plain ? find_wrapper(base_name(text)) : nullptr;
    if (wrapper == nullptr) break;
    if (!system_program(text)) lies_elsewhere(text);
    same_shell = same_shell && runs_in_the_shell(*wrapper);
    words = take_off(*wrapper, words, inner);
    if (!words.empty()) expect_command(wrapper->name, words);
  }
  if (words.empty()) return std::nullopt;
  Produced produced = dispatch(words, inner);
  if (same_shell) context.environment = std::move(inside);
  return produced;
}

std::size_t Reader::skip_assignments(Words words, std::size_t at, Environment& environment) {
  for (; at < words.size(); ++at) {
    const auto name = assigned_name(words[at]);
    if (name.empty()) break;
    Field value = words[at].substr(name.size() + 1);
    code_variable(name, value, environment);
    environment.set(name, std::move(value));
  }
  return at;
}

bool Reader::wrapper_runs_code(const Wrapper& wrapper, const Option& option, Words rest, Context& context) {
  const bool splits_string = wrapper.name == "env" && (option.name == "S" || option.name == "split-string");
  if (!splits_string && !has_name(wrapper.code, option.name)) return false;
  Field text = option.value;
  context.environment.keep_to_itself();
  // What start-stop-daemon starts gets the operands behind "--".
  if (splits_string || wrapper.name == "start-stop-daemon")
    for (const Field& word : rest) text.append(Field(" " + word.canonical()));
  code_word(text, context);
  return true;
}

void Reader::wrapper_does(const Wrapper& wrapper, Words words, std::size_t inner, const Options& options,
                          Context& context) {
  const bool runs_nothing = !options.unknown && has_one_of(options, wrapper.no_command);
  const bool applies =
      wrapper.rule_options.empty() ? !runs_nothing : has_one_of(options, wrapper.rule_options);
  if (applies && wrapper.rule != "read" && !only_shows(wrapper, words, options))
    find_out(wrapper.rule, fmt::format("{} {}", wrapper.name,
                                       base::printable(canonical_beginning(tail(words, 1), 80), 80)));
  if (has_one_of(options, wrapper.loads))
    find_out("shell.code-variable", fmt::format("{} loads code from elsewhere", wrapper.name));
  // Behind nothing but its name there is nothing it could do it to.
  if (inner <= 1) return;
  as_program(wrapper.name, context.environment, [&](const Call& call) {
    for (const Option& option : options.options)
      if (has_name(wrapper.written, option.name)) wrapper_writes(call, option.value);
    // "script FILE", "logsave FILE": the operand that is skipped is a file.
    if (wrapper.rule == "fs.write" && inner > 1 && words.size() >= inner && words[inner - 1].text() != "-" &&
        !words[inner - 1].text().starts_with('-'))
      writes_file(call, words[inner - 1], Writing::replace);
    if (wrapper.name == "ssh" || wrapper.name == "autossh") judge_ssh_options(call, options);
    if (wrapper.name == "start-stop-daemon" && has_one_of(options, "K stop") &&
        !has_one_of(options, "t test"))
      judge_stopped_daemon(call, options);
    if (wrapper.name == "start-stop-daemon" && has_one_of(options, "m make-pidfile"))
      for (const Option& option : options.options)
        if (has_name("p pidfile", option.name)) writes_file(call, option.value, Writing::replace);
    if (wrapper.name == "chroot" && inner <= words.size() &&
        is_foreign_root(words[inner - 1], context.environment.directory()))
      lies_elsewhere(words[inner - 1].text());
    if (wrapper.name == "sudo" && has_one_of(options, "e edit")) {
      for (const Field& file : tail(words, inner)) writes_file(call, file, Writing::change);
      call.does("shell.interactive", "sudo -e opens an editor");
    }
  });
}

/// "-E NAME=value", "-p Environment=NAME=value", "-s /bin/sh", "-R /other/root".
void Reader::wrapper_sets(const Wrapper& wrapper, const Options& options, Context& context) {
  const auto set = [&](const Field& word) {
    const auto name = assigned_name(word);
    const bool passes_on = name.empty();
    const Field value = passes_on ? Field::unknown("$" + word.text(), false) : word.substr(name.size() + 1);
    if (passes_on && word.opaque())
      return find_out("shell.opaque-word",
                      fmt::format("{} sets what is known only at run time", wrapper.name));
    code_variable(passes_on ? std::string_view(word.text()) : name, value, context.environment);
    if (leads_up(value)) context.environment.lead_up(passes_on ? std::string_view(word.text()) : name);
  };
  for (const Option& option : options.options) {
    const std::string_view text = option.value.known_prefix();
    constexpr std::string_view environment = "Environment=";
    if (has_name(wrapper.sets, option.name)) set(option.value);
    if (has_name(wrapper.roots, option.name) &&
        is_foreign_root(option.value, context.environment.directory()))
      lies_elsewhere(option.value.text());
    if (has_name(wrapper.shells, option.name) && !is_shell(option.value)) code_word(option.value, context);
    if (!has_name(wrapper.properties, option.name)) continue;
    const bool list = text.find_first_of(" \t\n\"'\\") != std::string_view::npos;
    if (text.starts_with(environment) && (list || option.value.opaque()))
      find_out("shell.code-variable", fmt::format("{} sets several variables at once", wrapper.name));
    else if (text.starts_with(environment))
      set(option.value.substr(environment.size()));
    else if (!is_harmless_property(text.substr(0, text.find('='))))
      find_out("shell.code-variable", fmt::format("{} loads code from elsewhere", wrapper.name));
  }
}

Reader::Produced Reader::unwrap(const Wrapper& wrapper, Words words, Context& context) {
  Environment inside = context.environment;
  Context inner{inside, context.input, context.command, context.wraps};
  const Words command = take_off(wrapper, words, inner);
  if (command.empty()) return std::nullopt;
  Produced produced = dispatch_inner(wrapper.name, command, inner);
  if (runs_in_the_shell(wrapper)) context.environment = std::move(inside);
  return produced;
}

Words Reader::take_off(const Wrapper& wrapper, Words words, Context& context) {
  const WrapperCall call = read_wrapper(wrapper, words);
  const Options& options = call.options;
  if (options.splits)
    find_out("shell.opaque-command", fmt::format("{} with words known only at run time", wrapper.name));
  if (options.unknown)
    find_out("shell.unknown-option", fmt::format("{} with the option {}, which the guard does not know",
                                                 wrapper.name, base::printable(*options.unknown, 40)));
  wrapper_does(wrapper, words, call.inner, options, context);
  wrapper_sets(wrapper, options, context);
  begin_in(wrapper, options, context.environment);
  bool opens_shell = wrapper.opens_shell && wrapper.shell_options.empty();
  bool coded = false;
  // Behind an option that is not known "--help" may be its value, and the command runs.
  if (!options.unknown && has_one_of(options, wrapper.no_command)) return {};
  for (const Option& option : options.options) {
    if (has_name(wrapper.directory, option.name)) context.environment.change_directory(option.value);
    opens_shell = opens_shell || has_name(wrapper.shell_options, option.name);
    coded = wrapper_runs_code(wrapper, option, tail(words, call.inner), context) || coded;
  }
  const std::size_t at =
      wrapper.assignments ? skip_assignments(words, call.inner, context.environment) : call.inner;
  if (coded) return {};
  // What follows the user of su, or the file of script, goes to the shell they open.
  if (at >= words.size() || wrapper.name == "su" || wrapper.name == "script") {
    if (opens_shell) find_out("shell.interactive", fmt::format("{} opens another shell", wrapper.name));
    return {};
  }
  if (wrapper.each || wrapper.joined) context.environment.keep_to_itself();
  if (wrapper.each)
    for (const Field& word : tail(words, at)) code_word(word, context);
  else if (wrapper.joined)
    joined(words, at, context);
  else
    return tail(words, at);
  return {};
}

void Reader::joined(Words words, std::size_t from, Context& context) {
  Field text;
  for (const Field& word : tail(words, from)) {
    if (!text.empty()) text.append(' ', Field::Ink::plain);
    text.append(word);
  }
  code_word(text, context);
}

}  // namespace mcpssh::guard
