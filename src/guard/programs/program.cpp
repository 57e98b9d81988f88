#include "guard/programs/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/common_options.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::size_t longest_shown = 100;

bool matches(std::string_view pattern, std::string_view word) {
  if (pattern.ends_with('*')) return word.starts_with(pattern.substr(0, pattern.size() - 1));
  if (pattern.starts_with('*')) return word.ends_with(pattern.substr(1));
  return pattern == word;
}

/// What comes before the first `separator` of `rest`, which loses it.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// How many operands the alternative "remote/add" covers; 0 when they do not begin with it.
std::size_t covered(std::string_view alternative, Words operands) {
  std::size_t at = 0;
  while (!alternative.empty()) {
    const std::string_view part = next_part(alternative, '/');
    if (at >= operands.size() || !operands[at].literal() || !matches(part, operands[at].text())) return 0;
    ++at;
  }
  return at;
}

const Verb* find_verb(std::span<const Verb> verbs, Words operands) {
  const Verb* best = nullptr;
  std::size_t most = 0;
  for (const Verb& verb : verbs)
    for (std::string_view rest = verb.words; !rest.empty();) {
      const std::string_view alternative = next_part(rest, ' ');
      // A literal word beats a prefix of the same length.
      const std::size_t weight = 2 * covered(alternative, operands);
      const std::size_t exact = weight - (weight > 0 && alternative.ends_with('*') ? 1 : 0);
      if (exact <= most) continue;
      best = &verb;
      most = exact;
    }
  return best;
}

void judge_option(const OptionEffect& effect, const Option& option, const Call& call) {
  switch (effect.value) {
    case OptionEffect::Value::nothing:
      return call.does(effect.rule);
    case OptionEffect::Value::read:
      return reads_file(call, option.value);
    case OptionEffect::Value::written:
      return writes_file(call, option.value, Writing::replace);
    case OptionEffect::Value::code:
      return call.out.runs(option.value);
  }
}

void judge_effects(std::span<const OptionEffect> effects, const Call& call, const Options& options) {
  for (const Option& option : options.options)
    for (const OptionEffect& effect : effects)
      if (has_name(effect.names, option.name)) judge_option(effect, option, call);
}

/// "fs.write" of a row names no file: what its operands and option values name may be a place where writing
/// is more than that.
void judge_landing(std::string_view rule, const Call& call, const Options& options) {
  if (rule != "fs.write") return;
  const auto lands = [&](const Field& path) {
    if (!path.text().contains('/')) return;
    const Reach reach = reach_of(path, call.directory);
    const bool grave = reach == Reach::essential || reach == Reach::persistence || reach == Reach::identity ||
                       reach == Reach::accounts || reach == Reach::device;
    if (grave) writes_file(call, path, Writing::replace);
  };
  for (const Field& operand : options.operands) lands(operand);
  for (const Option& option : options.options) lands(option.value);
}

void judge_verb(const Program& program, const Call& call, const Options& options) {
  if (options.operands.empty()) return call.does(program.rule);
  const Verb* verb = find_verb(program.verbs, options.operands);
  if (verb == nullptr && !options.operands[0].literal())
    return call.does("shell.opaque-command",
                     fmt::format("{} with a subcommand known only at run time", call.name));
  if (verb == nullptr) return call.does(program.otherwise, call.shown());
  judge_effects(verb->option_effects, call, options);
  if (verb->judge != nullptr) return verb->judge(call, options);
  call.does(verb->rule);
  judge_landing(verb->rule, call, options);
}

/// "exec", "run": the options behind them may be another program's.
bool carries(std::span<const Field> words) {
  constexpr std::array<std::string_view, 4> carriers{"exec", "run", "rsh", "alloc"};
  return std::ranges::any_of(words.first(std::min<std::size_t>(words.size(), 4)), [&](const Field& word) {
    return is_one_of(std::string_view(word.text()), carriers);
  });
}

/// "kubectl get --help", "docker help run": nothing happens.
bool asks_for_help(const Call& call) {
  Words words = call.words;
  constexpr std::array<std::string_view, 7> requests{"-h",    "-v",       "help", "version",
                                                     "-help", "-version", "-?"};
  if (words.size() == 2 && words[1].literal() && is_one_of(words[1].text(), requests)) return true;
  constexpr std::size_t longest = 5;
  if (words.size() > longest || words.size() < 2) return false;
  if (words[1].literal() && words[1].text() == "help") return true;
  if (words.size() > 3 && carries(words)) return false;
  const auto operand = [](const Field& word) { return word.literal() && !word.text().starts_with('-'); };
  return words.back().literal() && words.back().text() == "--help" &&
         std::all_of(words.begin() + 1, words.end() - 1, operand);
}

void judge_unknown(const Call& call, const Options& options) {
  if (options.unknown)
    call.does("shell.unknown-option", fmt::format("{} with the option {}, which the guard does not know",
                                                  call.name, base::printable(*options.unknown, 40)));
}

/// Whether an option asks for nothing but a look (--dry-run, not --dry-run=none), with nothing unknown beside
/// it. The last one counts.
bool only_shows(const Program& program, const Options& options) {
  if (program.shows.empty() || options.unknown || options.splits || carries(options.operands)) return false;
  constexpr std::array<std::string_view, 9> refusals{"none", "false", "0",  "False", "FALSE",
                                                     "f",    "F",     "no", "off"};
  bool shows = false;
  for (const Option& option : options.options)
    if (has_name(program.shows, option.name))
      shows = !option.value.opaque() && !is_one_of(option.value.text(), refusals);
  return shows;
}

/// Files and code of options count even where nothing else happens (helm --dry-run --post-renderer).
void judge_files_and_code(std::span<const OptionEffect> effects, const Call& call, const Options& options) {
  for (const Option& option : options.options)
    for (const OptionEffect& effect : effects)
      if (effect.value != OptionEffect::Value::nothing && has_name(effect.names, option.name))
        judge_option(effect, option, call);
}

bool has_effect(const Program& program, std::string_view name) {
  return has_name(program.shows, name) ||
         std::ranges::any_of(program.option_effects,
                             [&](const OptionEffect& effect) { return has_name(effect.names, name); });
}

/// Where the value of the option `word` begins: "-o" of the next word, "-o/x" and "--output=x" in it. Nothing
/// when it names no file that is written, as far as its name tells.
std::optional<std::size_t> written_value(const Program& program, std::string_view word) {
  constexpr std::string_view names =
      "output out log logfile log-file logger-file status-file outfile output-file out-file output-dir "
      "output-directory dump-bin save save-to save-xml report-file dump-file profile-output outFile cidfile "
      "iidfile";
  const std::size_t dashes = word.starts_with("--") ? 2 : 1;
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(dashes, equals - dashes);
  const OptionTable& known = program.options;
  constexpr std::size_t shortest = 4;
  const bool shortened =
      dashes == 2 && name.size() >= shortest &&
      (std::string_view("output").starts_with(name) || std::string_view("dump-bin").starts_with(name));
  if (shortened || has_name(names, name)) {
    if (has_name(known.long_flags, name) || has_name(known.long_valued, name) || has_effect(program, name))
      return {};
    return std::min(equals + 1, word.size());
  }
  if (dashes == 2 || known.flags.contains('o') || known.valued.contains('o') || has_effect(program, "o"))
    return {};
  if (name == "o") return std::min(equals + 1, word.size());
  // "-qo FILE", "-o/etc/x"
  if (name.starts_with("o/")) return dashes + 1;
  return name.size() == 2 && name[1] == 'o' ? std::optional(word.size()) : std::nullopt;
}

/// A row whose options are not in its table still writes what "-o" and its like name.
void judge_written(const Program& program, const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].known_prefix();
    if (text == "--") return;
    if (text.size() < 2 || text[0] != '-') continue;
    const auto from = written_value(program, text);
    if (!from) continue;
    const bool attached = *from < call.words[i].text().size();
    if (!attached && (i + 1 >= call.words.size() || call.words[i + 1].known_prefix().starts_with('-')))
      continue;
    const bool sure = text.size() == 2 || text[1] == '-' || attached;
    const Field value = attached ? call.words[i].substr(*from) : call.words[i + 1];
    if (sure || value.text().contains('/')) writes_file(call, value, Writing::replace);
  }
}

/// An option the row does not know, before the verb: it may take the next word as its value.
bool unknown_before_verb(const Call& call, const Options& options) {
  for (std::size_t i = 1; options.unknown && i < options.first_operand && i < call.words.size(); ++i)
    if (call.words[i].text() == *options.unknown) return true;
  return false;
}

void judge_operands(const Program& program, const Call& call, const Options& options) {
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const bool last = i + 1 == options.operands.size();
    if (program.operands == Operands::written || (program.operands == Operands::last_written && last))
      writes_file(call, options.operands[i], Writing::replace);
    else if (program.operands != Operands::data)
      reads_file(call, options.operands[i]);
  }
  if (options.operands.size() > program.most_operands) call.does(program.otherwise, call.shown());
}

}  // namespace

std::string Call::shown() const {
  return base::printable(canonical_beginning(words, longest_shown), longest_shown);
}

bool Call::only_help() const {
  constexpr std::array<std::string_view, 3> requests{"--help", "--version", "-V"};
  return words.size() == 2 && words[1].literal() && is_one_of(words[1].text(), requests);
}

std::vector<std::span<const Program>> program_tables() {
  return {builtin_programs(),     text_programs(),       stream_programs(),
          file_programs(),        permission_programs(), archive_programs(),
          editor_programs(),      transfer_programs(),   disk_programs(),
          volume_programs(),      service_programs(),    power_programs(),
          schedule_programs(),    process_programs(),    package_programs(),
          network_programs(),     firewall_programs(),   probe_programs(),
          account_programs(),     kernel_programs(),     status_programs(),
          container_programs(),   cluster_programs(),    cloud_programs(),
          virtual_programs(),     database_programs(),   database_tools(),
          server_programs(),      queue_programs(),      hardware_programs(),
          key_programs(),         developer_programs(),  version_control_programs(),
          interpreter_programs(), tool_programs(),       converter_programs(),
          board_programs()};
}

const Program* find_program(std::string_view name) {
  static const std::unordered_map<std::string_view, const Program*> by_name = [] {
    std::unordered_map<std::string_view, const Program*> out;
    for (const auto table : program_tables())
      for (const Program& program : table)
        for (const std::string_view one : base::split(program.names, ' ')) out.emplace(one, &program);
    return out;
  }();
  const auto found = by_name.find(name);
  if (found != by_name.end()) return found->second;
  const std::size_t end = name.find_last_not_of("0123456789.-") + 1;
  const auto plain = end == name.size() ? by_name.end() : by_name.find(name.substr(0, end));
  return plain != by_name.end() && plain->second->versioned ? plain->second : nullptr;
}

void judge_program(const Call& call) {
  const Program* program = find_init_script(call.words.empty() ? std::string_view() : call.words[0].text());
  if (program == nullptr) program = find_program(call.name);
  if (program == nullptr)
    return call.does("shell.unknown-program",
                     fmt::format("the guard does not know the program {}", base::printable(call.name, 40)));
  judge_row(*program, call);
}

void judge_row(const Program& program, const Call& call) {
  if (program.judge != nullptr) return program.judge(call);
  if (call.only_help() || (!program.verbs.empty() && asks_for_help(call))) return;
  const Options options = program.any_option ? read_loosely(call.words, program.options)
                                             : read_options(call.words, 1, program.options, true);
  if (program.any_option) {
    judge_written(program, call);
    judge_common_options(call);
  }
  if (only_shows(program, options)) return judge_files_and_code(program.option_effects, call, options);
  if (!program.any_option || (!program.verbs.empty() && unknown_before_verb(call, options)))
    judge_unknown(call, options);
  judge_effects(program.option_effects, call, options);
  const bool matters = !program.any_option || !program.option_effects.empty();
  if (matters && (options.splits || std::ranges::any_of(options.operands, &Field::splits)))
    call.does("shell.opaque-word", fmt::format("{} with words known only at run time", call.name));
  if (!program.verbs.empty()) judge_verb(program, call, options);
  if (program.verbs.empty()) call.does(program.rule);
  if (program.verbs.empty()) judge_landing(program.rule, call, options);
  judge_operands(program, call, options);
}

}  // namespace mcpssh::guard
