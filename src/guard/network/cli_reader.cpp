#include "guard/network/cli_reader.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/limits.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::size_t most_section = 1024;
constexpr char level = '\n';  ///< between the levels of a section

/// The words in front of the first pipe.
CliWords before_pipe(CliWords words) {
  const auto pipe = std::ranges::find_if(words, &CliWord::is_pipe);
  return words.first(static_cast<std::size_t>(pipe - words.begin()));
}

std::string joined(CliWords words) {
  std::string out;
  for (const CliWord& word : words) {
    if (out.size() > most_section) break;
    if (!out.empty()) out += ' ';
    out += word.lower;
  }
  return out;
}

/// Sections are compared by their keyword: "int vlan1" is "interface vlan1".
std::string section_of(CliWords words) {
  const bool interface =
      words[0].lower.size() >= 3 && std::string_view("interface").starts_with(words[0].lower);
  return (interface ? "interface" : words[0].lower) + " " + joined(words.subspan(1));
}

/// What changes how everything behind is read.
Then turns(Then then) {
  const bool passing = then == Then::nothing || then == Then::text || then == Then::section;
  return passing ? Then::nothing : then;
}

std::vector<CliWord> words_of(std::string_view text) {
  std::vector<CliWord> out;
  for (const std::string_view part : base::split(text, ' ')) {
    if (part.empty() || part[0] == level) continue;
    out.push_back({std::string(part), std::string(part), false, true, 0});
  }
  return out;
}

}  // namespace

std::string_view CliReader::typed(CliWords words, const At& at) {
  if (words.empty()) return {};
  return at.text.substr(words[0].at, at.span.end - std::min(words[0].at, at.span.end));
}

std::string CliReader::code_of(CliWords words, const At& at) {
  if (words.size() == 1 && words[0].quoted) return words[0].text;
  return std::string(typed(words, at));
}

void CliReader::read(std::string_view text) {
  std::size_t from = 0;
  while (from < text.size()) {
    if (inside_banner(text, from)) continue;
    const std::size_t begin = from;
    const CliStatement next = next_statement(text, from, dialect_.lexis);
    if (next.words.empty()) continue;
    if (!report_.step(next.span)) return;
    if (next.open) state_.open = text.substr(begin);
    report_.records(text.substr(next.span.begin, next.span.end - next.span.begin));
    statement(next.words, {text, next.span, 0});
  }
}

/// Takes one line of a banner; false outside of one.
bool CliReader::inside_banner(std::string_view text, std::size_t& at) {
  if (state_.until.empty()) return false;
  const auto end = std::min(text.find('\n', at), text.size());
  const auto line = text.substr(at, end - at);
  const bool word = state_.until.size() > 1;
  if (word ? base::trim(line) == state_.until : line.contains(state_.until)) state_.until.clear();
  at = std::min(end + 1, text.size());
  return true;
}

/// A line, and those behind semicolons: not every device reads them so, but each of them may.
void CliReader::statement(CliWords words, const At& at) {
  while (!words.empty()) {
    const auto cut = std::ranges::find_if(words, &CliWord::is_semicolon);
    const auto count = static_cast<std::size_t>(cut - words.begin());
    const bool whole = cut == words.end() || (!dialect_.cuts_text && is_text(words.first(count)));
    if (!report_.step(at.span)) return;
    At part = at;
    part.span.begin = words[0].at;
    if (!whole) part.span.end = cut->at;
    line(whole ? words : words.first(count), part, state_.mode);
    if (whole) return;
    words = words.subspan(count + 1);
  }
}

bool CliReader::is_text(CliWords words) const {
  const Row* row = look_up(words, state_.mode).match.row;
  return row != nullptr && (row->then == Then::text || row->then == Then::banner);
}

CliReader::Meaning CliReader::strictest(std::span<const CommandTree::Match> matches, CliWords words) const {
  Meaning out;
  int worst = -1;
  int mildest = 3;
  bool differ = false;
  const CliWords plain = before_pipe(words);
  for (const auto& match : matches) {
    const Row& row = *match.row;
    const auto known = std::min(match.words, plain.size());
    const auto rule = row.look != nullptr ? row.look(plain.subspan(known), plain, state_) : row.rule;
    const int rank = rank_of(rule);
    mildest = std::min(mildest, rank);
    differ = differ || (worst >= 0 && (rank != worst || turns(row.then) != turns(out.match.row->then)));
    if (rank <= worst) continue;
    worst = rank;
    out = {match, rule, matches.size() == 1};
  }
  // What only may be forbidden is asked about.
  if (differ && (worst < 2 || (worst == 3 && mildest < 3))) out.rule = "device.ambiguous";
  return out;
}

CliReader::Meaning CliReader::look_up(CliWords words, Mode mode) const {
  const CommandTree& first = mode == Mode::configuration ? dialect_.configuration() : dialect_.commands();
  const CommandTree& second = mode == Mode::configuration ? dialect_.commands() : dialect_.configuration();
  auto found = first.find(words);
  const std::size_t own = found.size();
  const bool shortened = std::ranges::none_of(found, &CommandTree::Match::exact);
  if (found.empty() || (mode == Mode::either && shortened)) {
    for (const auto& match : second.find(words)) found.push_back(match);
  } else if (shortened) {
    // A keyword of the other mode, written out, is no abbreviation of this one's.
    const auto other = second.find(words);
    if (std::ranges::any_of(other, &CommandTree::Match::exact))
      found.insert(found.end(), other.begin(), other.end());
  }
  const std::span<const CommandTree::Match> all(found);
  // What one of the modes forbids for sure is no less forbidden because the other has such a word too.
  if (own > 0 && own < all.size())
    for (const auto part : {all.first(own), all.subspan(own)})
      if (Meaning meaning = strictest(part, words); rank_of(meaning.rule) == 3) return meaning;
  return strictest(all, words);
}

void CliReader::line(CliWords words, const At& at, Mode mode) {
  if (words.empty() || words[0].is_pipe()) return;
  if (at.depth > limits::depth) return report_.says("device.foreign-code", typed(words, at), at.span);
  const Meaning meaning = look_up(words, mode);
  if (meaning.match.row == nullptr) return unknown(words, at);
  report_.calls(CommandTree::keywords(meaning.match), before_pipe(words));
  if (!meaning.sure) report_.calls({}, before_pipe(words));
  const Then then = meaning.match.row->then;
  // What these say depends on the words behind them.
  const bool open_ended =
      then == Then::statement || then == Then::negation || then == Then::command || then == Then::top;
  if (!open_ended || meaning.rule == "device.ambiguous")
    report_.says(meaning.rule, typed(words, at), at.span);
  follow(meaning, words, at);
  if (then != Then::text && then != Then::banner && then != Then::shell) {
    pipes(words, at);
    carried(words, at);
  }
}

CliReader::At CliReader::deeper(At at) {
  ++at.depth;
  return at;
}

void CliReader::follow(const Meaning& meaning, CliWords words, const At& at) {
  const CliWords plain = before_pipe(words);
  const CliWords rest = plain.subspan(std::min(meaning.match.words, plain.size()));
  // With what stands behind a pipe.
  const CliWords all_behind = words.subspan(plain.size() - rest.size());
  const Then then = meaning.match.row->then;
  move(then, plain, rest);
  switch (then) {
    case Then::banner:
      return banner(rest, at);
    case Then::command:
      return line(all_behind, deeper(at), Mode::command);
    case Then::top:
      return line(all_behind, deeper(at), Mode::configuration);
    case Then::negation:
      return negated(rest, words, at);
    case Then::shell:
      return report_.runs_shell(code_of(all_behind, at), at.span);
    case Then::statement:
      return path(rest, words, at, meaning.rule);
    default:
      return;
  }
}

/// Where the line leaves the device.
void CliReader::move(Then then, CliWords plain, CliWords rest) {
  switch (then) {
    case Then::configure:
      state_.section.clear();
      [[fallthrough]];
    case Then::enter:
      state_.mode = Mode::configuration;
      return enter(rest);
    case Then::leave:
      state_.mode = Mode::command;
      return state_.section.clear();
    case Then::up:
      state_.mode = Mode::either;
      return state_.section.clear();
    case Then::section:
      state_.section = section_of(plain);
      return;
    case Then::outwards:
      return leave_section();
    case Then::top:
      return state_.section.clear();
    default:
      return;
  }
}

void CliReader::negated(CliWords rest, CliWords words, const At& at) {
  const auto matches =
      dialect_.negation == nullptr ? std::vector<CommandTree::Match>{} : dialect_.negation().find(rest);
  const auto rule = matches.empty() ? std::string_view("device.remove") : strictest(matches, rest).rule;
  report_.says(rule == "device.ambiguous" ? std::string_view("device.remove") : rule, typed(words, at),
               at.span);
}

/// A statement of the path the section leads to: what no row of the dialect speaks of only adds.
void CliReader::path(CliWords rest, CliWords words, const At& at, std::string_view rule) {
  std::string_view worst = rule;
  if (dialect_.paths != nullptr) {
    std::vector<CliWord> whole = words_of(state_.section);
    whole.insert(whole.end(), rest.begin(), rest.end());
    for (const Row& row : dialect_.paths()) {
      if (!fits_path(whole, row)) continue;
      // A row that only allows stands in front of those that would not.
      if (rank_of(row.rule) < 2) break;
      if (rank_of(row.rule) > rank_of(worst)) worst = row.rule;
    }
  }
  report_.says(worst, typed(words, at), at.span);
  if (worst != "device.foreign-code") return;
  for (const CliWord& word : rest)
    if (word.quoted) nested(word.text, at, Mode::either);
}

void CliReader::enter(CliWords rest) {
  if (rest.empty()) return;
  if (!state_.section.empty()) state_.section += " ";
  state_.section += joined(rest) + " ";
  state_.section += level;
  if (state_.section.size() > most_section) state_.section.resize(most_section);
}

void CliReader::leave_section() {
  while (!state_.section.empty() && (state_.section.back() == level || state_.section.back() == ' '))
    state_.section.pop_back();
  const auto end = state_.section.rfind(level);
  state_.section.resize(end == std::string::npos ? 0 : end + 1);
  if (state_.section.empty()) state_.mode = Mode::either;
}

/// "banner motd ^": text up to the next "^", in this line or a later one; a word alone up to "EOF".
void CliReader::banner(CliWords rest, const At& at) {
  if (dialect_.one_line_banners) return;
  constexpr std::array<std::string_view, 12> kinds{"motd",     "login",  "exec",        "incoming",
                                                   "shell",    "login:", "information", "prompt-timeout",
                                                   "slip-ppp", "line",   "post-login",  "pre-login"};
  std::size_t from = 0;
  while (from < rest.size() && std::ranges::find(kinds, std::string_view(rest[from].lower)) != kinds.end())
    ++from;
  if (from == rest.size()) {
    state_.until = "EOF";
    return;
  }
  const auto body = typed(rest.subspan(from), at);
  if (rest[from].quoted) return;
  const char delimiter = body[0];
  const bool letter = (delimiter >= 'a' && delimiter <= 'z') || (delimiter >= 'A' && delimiter <= 'Z') ||
                      (delimiter >= '0' && delimiter <= '9');
  // Where no delimiter is meant, what follows are lines like any other.
  if (letter || body.substr(1).contains(delimiter)) return;
  state_.until = std::string(1, delimiter);
}

void CliReader::unknown(CliWords words, const At& at) {
  if (dialect_.is_shell) return report_.runs_shell(typed(words, at), at.span, false);
  report_.calls({}, before_pipe(words));
  report_.says("device.unknown-word", typed(words, at), at.span);
  pipes(words, at);
}

void CliReader::nested(std::string_view code, const At& at, Mode mode) {
  if (at.depth >= limits::depth) return report_.says("device.foreign-code", code, at.span);
  // The lines inside run at another time: where they leave the device is not where this session stands.
  CliState inside{mode, {}, {}, {}};
  CliReader reader(dialect_, report_, inside);
  std::size_t from = 0;
  while (from < code.size()) {
    const CliStatement next = next_statement(code, from, dialect_.lexis);
    if (next.words.empty()) continue;
    if (!report_.step(at.span)) return;
    reader.statement(next.words, {code, next.span, at.depth + 1});
  }
}

}  // namespace mcpssh::guard
