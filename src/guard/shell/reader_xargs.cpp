#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/words.hpp"

/// Programs that run a command for each name they read: xargs, parallel.
namespace mcpssh::guard {
namespace {

/// Names followed one by one; more count as unknown.
constexpr std::size_t most_names = 64;

/// The names in a known input, parted as xargs does; nothing when its quoting is used, or when there are too
/// many.
std::optional<Fields> names_in(const std::string& text, bool by_line, char separator) {
  if (separator == '\0' && text.find_first_of("'\"\\") != std::string::npos) return std::nullopt;
  const std::string_view ends = by_line ? "\n" : " \t\n";
  Fields out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end =
        std::min(separator != '\0' ? text.find(separator, at) : text.find_first_of(ends, at), text.size());
    if (end > at) {
      Field name;
      name.append(std::string_view(text).substr(at, end - at), Field::Ink::quoted);
      out.push_back(std::move(name));
    }
    at = end + 1;
    if (out.size() > most_names) return std::nullopt;
  }
  return out;
}

const Fields unknown_names{Field::unknown("<input>", true, Field::Ink::upward)};

}  // namespace

/// The command once, with all names behind it.
void Reader::run_with(Words command, Words names, Context& context) {
  Fields inner = copy_of(command);
  for (const Field& name : names) inner.push_back(name);
  Environment inside = context.environment;
  const Input none{Input::Kind::unknown, {}, {}};
  Context within{inside, none, context.command, context.wraps};
  dispatch_inner("xargs", out_.keep(std::move(inner)), within);
}

/// The command for each name, which takes the place of `mark`.
void Reader::run_for_each_name(Words command, std::string_view mark, Words names, Context& context) {
  for (const Field& name : names) {
    Fields inner = copy_of(command);
    for (Field& word : inner) {
      if (word.text() == mark)
        word = name;
      else if (word.text().contains(mark))
        word = Field::unknown(word.text(), false);
    }
    run_with(inner, {}, context);
  }
}

namespace {

/// What parallel's options in front of `end` name as logs, results and places for them.
Fields parallel_outputs(Words words, std::size_t end) {
  Fields out;
  for (std::size_t at = 1; at < std::min(end, words.size()); ++at) {
    const Field& word = words[at];
    const auto equals = word.known_prefix().find('=');
    if (!has_name("--joblog --results --tmpdir", word.known_prefix().substr(0, equals))) continue;
    if (equals != std::string_view::npos)
      out.push_back(word.substr(equals + 1));
    else if (at + 1 < words.size())
      out.push_back(words[at + 1]);
  }
  return out;
}

}  // namespace

/// The command with all names, and with as many at a time as the options say: each has another $1.
void Reader::run_in_groups(Words command, Words names, const Options& options, Context& context) {
  run_with(command, names, context);
  const Option* most = nullptr;
  for (const Option& option : options.options) {
    if (has_name("s max-chars L l max-lines", option.name)) return run_with(command, unknown_names, context);
    if (has_name("n max-args", option.name)) most = &option;
  }
  if (most == nullptr) return;
  std::size_t count = 0;
  const std::string_view text = most->value.text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count == 0 || most->value.opaque())
    return run_with(command, unknown_names, context);
  for (std::size_t at = 0; at < names.size() && names.size() > count; at += count)
    run_with(command, names.subspan(at, std::min(count, names.size() - at)), context);
}

Reader::Produced Reader::xargs(Words words, Context& context) {
  constexpr OptionTable table{
      "0prtxo", "aEdILnPs",
      "null interactive no-run-if-empty verbose exit open-tty show-limits replace eof help version",
      "arg-file delimiter max-args max-chars max-procs max-lines process-slot-var"};
  // "-i" and "-i{}" are old names of -I{}; their value stands in the same word.
  Fields plain = copy_of(words);
  for (Field& word : plain)
    if (word.text() == "-i" || word.text() == "-i{}") word = Field("-I{}");
  const Options options = read_leading_options(plain, 1, table);
  if (options.unknown)
    find_out("shell.unknown-option",
             fmt::format("xargs with the option {}", base::printable(*options.unknown, 40)));
  for (const Option& option : options.options) {
    if (option.name == "process-slot-var")
      code_variable(option.value.text(), Field::number("?"), context.environment);
    if (has_name("a arg-file", option.name))
      with_shell(context.environment, [&](const Call& call) { reads_file(call, option.value); });
  }
  const Words inner = tail(plain, options.first_operand);
  if (inner.empty()) return std::nullopt;
  const Field* replace = options.find("I");
  const bool replaces = replace != nullptr || options.has("replace");
  const std::string mark = replace != nullptr ? replace->text() : "{}";
  const bool own_input = options.has("a") || options.has("arg-file");
  const Field* delimiter = options.find("d");
  if (delimiter == nullptr) delimiter = options.find("delimiter");
  const char separator = delimiter != nullptr && delimiter->size() == 1 ? delimiter->text()[0]
                         : delimiter != nullptr                         ? '\n'
                                                                        : '\0';
  Fields names = unknown_names;
  if (!own_input && context.input.kind == Input::Kind::paths) names = context.input.paths;
  if (!own_input && context.input.kind == Input::Kind::literal)
    names = names_in(context.input.text, replaces, separator).value_or(unknown_names);
  if (replaces)
    run_for_each_name(inner, mark, names, context);
  else
    run_in_groups(inner, names, options, context);
  return std::nullopt;
}

namespace {

/// Options after which the command gets other names than those written, or several at a time.
bool groups_names(const Field& option) {
  const std::string_view text = option.text();
  constexpr std::array<std::string_view, 13> groups{
      "-n", "-N", "-L", "-C", "-d", "-0", "-X", "-m", "--colsep", "--max-args", "--xargs", "--null", "-a"};
  return std::ranges::any_of(groups, [&](std::string_view one) { return text.starts_with(one); });
}

/// "{}" stands for the name; "{1}", "{/}" and "{.}" for parts of it, or of others.
Fields without_other_marks(Words command) {
  Fields out = copy_of(command);
  for (Field& word : out) {
    std::string text = word.text();
    for (auto at = text.find("{}"); at != std::string::npos; at = text.find("{}")) text.erase(at, 2);
    if (text.contains('{')) word = Field::unknown(word.text(), false, Field::Ink::upward);
  }
  return out;
}

}  // namespace

/// The options of parallel; gives the index of the first word behind them.
std::size_t Reader::skip_parallel_options(Words words) {
  constexpr std::string_view valued =
      "-j -a -n -N -S -P -L -C -d --jobs --arg-file --colsep --delay --joblog --results --timeout "
      "--retries --max-args --max-procs --tmpdir --sshlogin --load --memfree --block --nice";
  constexpr std::string_view flags =
      "-0 -k -t -u -v -q -r -m -X --keep-order --verbose --ungroup --line-buffer --lb --dry-run --dryrun "
      "--bar --eta "
      "--progress --no-run-if-empty --null --will-cite --pipe --plain --tag --xargs --quote --group "
      "--linebuffer";
  std::size_t at = 1;
  while (at < words.size() && words[at].text().size() > 1 && words[at].text().starts_with('-')) {
    const std::string_view text = words[at].text();
    const bool elsewhere = text.starts_with("-S") || text.starts_with("--sshlogin");
    if (elsewhere) find_out("shell.other-host", "parallel runs commands on other hosts");
    const bool attached = text.contains('=') || (text[1] != '-' && text.size() > 2);
    if (!has_name(valued, text) && !has_name(flags, text) &&
        !has_name(valued, text.substr(0, text.find('='))) &&
        !(attached && text[1] != '-' && has_name(valued, text.substr(0, 2))))
      find_out("shell.unknown-option", fmt::format("parallel with the option {}", base::printable(text, 40)));
    at += has_name(valued, text) ? 2 : 1;
  }
  return at;
}

Reader::Produced Reader::parallel(Words words, Context& context) {
  const auto is_mark = [](const Field& word) { return word.text().starts_with(":::"); };
  const auto marks = std::ranges::find_if(words, is_mark);
  const std::size_t at = skip_parallel_options(words);
  for (const Field& output : parallel_outputs(words, at))
    write_to(output, Writing::replace, context.environment);
  const auto end = static_cast<std::size_t>(marks - words.begin());
  if (at < end) {
    const Words named = tail(words, end + 1);
    const bool one_list = end < words.size() && marks->text() == ":::" && named.size() <= most_names &&
                          std::ranges::none_of(named, is_mark) &&
                          std::ranges::none_of(words.subspan(1, at - 1), groups_names);
    run_parallel(tail(words.first(end), at), one_list ? &named : nullptr, context);
  } else if (end < words.size()) {
    for (const Field& word : tail(words, end + 1)) code_word(word, context);
  } else {
    read_input(context, "parallel");
  }
  return std::nullopt;
}

/// The command for each of `named`, or for names nobody knows.
void Reader::run_parallel(Words command, const Words* named, Context& context) {
  Field text;
  for (const Field& word : command) {
    if (!text.empty()) text.append(' ', Field::Ink::plain);
    text.append(word);
  }
  // "{}" in it is a name; without one the name comes last.
  const bool placed = text.text().contains('{');
  // parallel pastes the words together and has a shell read them.
  const bool for_a_shell = text.text().find_first_of(";|&$`<>()\n") != std::string::npos;
  if (!for_a_shell && (command.size() > 1 || named != nullptr)) {
    const Words names = named != nullptr ? *named : Words(unknown_names);
    if (placed) return run_for_each_name(without_other_marks(command), "{}", names, context);
    for (const Field& name : names) run_with(command, Words(&name, 1), context);
    return;
  }
  if (placed) text = Field::unknown(text.text(), true);
  text.append(Field(" \"$@\" $1"));
  code_word(text, context);
}

}  // namespace mcpssh::guard
