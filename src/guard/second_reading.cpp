#include "guard/second_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/pieces.hpp"
#include "guard/shell/program_name.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Variables followed at a time: what is copied at every pipeline stays small.
constexpr std::size_t most_variables = 64;
/// Places in one command where the one that really runs is looked for.
constexpr std::size_t most_beginnings = 8;

/// The place behind the loop, or the body of the function, that begins in `rest`, as far as words tell; npos
/// when it does not end there.
std::size_t end_of_compound(std::string_view rest, bool function) {
  constexpr std::string_view leading = "{ } do done if then elif else fi while until esac ! time";
  constexpr std::string_view parts = " \t\n;&|()";
  // Loops in loops run too often; the inner ones are read when their turn comes.
  constexpr int deepest = 3;
  int depth = 0;
  bool begins = true;  // a command, where a word may be a keyword
  for (std::size_t at = 0; at < rest.size();) {
    const bool sign = parts.contains(rest[at]);
    const std::size_t end = sign ? at + 1 : std::min(rest.find_first_of(parts, at), rest.size());
    const std::string_view word = rest.substr(at, end - at);
    at = end;
    const bool keyword =
        std::exchange(begins, word != " " && word != "\t" ? sign || has_name(leading, word) : begins);
    // Behind "for" brackets hold an expression, until "do".
    const bool bracket = word == "(" || word == ")";
    if (bracket && !function && depth == 0) continue;
    if (!bracket && !keyword) continue;
    if (has_name("{ do if case (", word)) ++depth;
    if (depth > deepest) return rest.npos;
    if (depth == 0 || !has_name("} done fi esac )", word)) continue;
    --depth;
    if (depth == 0) return at;
  }
  return rest.npos;
}

/// "find /srv | while read -r f".
bool feeds_loop(std::string_view piece) {
  const auto at = std::min(piece.find("| while "), piece.find("|while "));
  return at != piece.npos && piece.substr(0, at).find_first_of("\"'\\") == piece.npos;
}

/// A loop or a function that begins with `piece`, to its end or as far as is worthwhile, as it stands in
/// `text`: what it means as a whole. Its commands are pieces of their own. Empty for other commands.
std::string_view compound_at(std::string_view text, std::string_view piece) {
  constexpr std::size_t far = 1024;
  const auto begin = static_cast<std::size_t>(piece.data() - text.data());
  const std::string_view rest = text.substr(begin, far);
  const std::string_view word = piece.substr(0, piece.find_first_of(" \t\n"));
  const auto brackets = rest.find_first_not_of(" \t\n", std::min(piece.size(), rest.size()));
  const bool named = brackets != rest.npos && rest[brackets] == '(';
  const bool function = named || word == "function";
  const bool loop = word == "for" || word == "select" || feeds_loop(piece);
  if (!function && !loop) return {};
  std::size_t body = function ? piece.size() : 0;
  if (named) body = std::min(rest.find(')', brackets), rest.size() - 1) + 1;
  const auto end = end_of_compound(rest.substr(std::min(body, rest.size())), function);
  return rest.substr(0, end == rest.npos ? piece.size() : body + end);
}

bool runs_others(std::string_view name) {
  return find_wrapper(name) != nullptr || has_name("sh bash dash ash ksh zsh eval xargs parallel find", name);
}

/// Where the command may begin that the programs in front of it run: at what runs no other, at what is known
/// only once it is expanded, and at the last of those programs. Which words between are options or values is
/// not asked.
std::vector<std::string_view> beginnings(std::string_view piece) {
  std::vector<std::string_view> out;
  std::vector<std::size_t> carriers;
  for (std::size_t at = 0; at < piece.size();) {
    const std::size_t end = std::min(piece.find_first_of(" \t\n", at), piece.size());
    const std::string_view word = piece.substr(at, end - at);
    const std::string_view name = base_name(word);
    const bool expands = word.find_first_of("$={") != word.npos;
    if (runs_others(name))
      carriers.push_back(at);
    else if (carriers.empty() && !word.contains('='))
      break;  // these are the operands of a program that runs no other
    else if (!carriers.empty() && out.size() < most_beginnings && (expands || find_program(name) != nullptr))
      out.push_back(piece.substr(at));
    at = std::min(piece.find_first_not_of(" \t\n", end), piece.size());
  }
  const std::size_t last = carriers.size() - std::min(carriers.size(), most_beginnings);
  for (std::size_t i = last; i < carriers.size(); ++i)
    if (carriers[i] > 0) out.push_back(piece.substr(carriers[i]));
  return out;
}

/// Subshells in each other that are told apart.
constexpr std::size_t most_subshells = 16;

/// How a text is read once more.
struct How {
  std::string_view directory;
  bool interactive = false;
  bool plain = false;  ///< its quotes are gone
  bool blind = false;  ///< nothing is known of variables
};

/// One way through the commands of a text.
class Walk {
 public:
  Walk(const How& how, const std::set<std::string>& unlocked)
      : how_(how), reader_(reading_, budget_, how.interactive), unlocked_(unlocked) {
    start_in(how.directory);
  }

  void read_all(std::string_view text) {
    Pieces pieces(text);
    while (const auto piece = pieces.next()) {
      stand_in(pieces.lowest(), pieces.depth());
      if (*piece == last_ && settled_) continue;
      read(text, *piece);
      if (denial_ || budget_.spent()) return;
    }
    whole_ = whole_ && pieces.closed();
  }

  [[nodiscard]] const std::optional<std::string>& denial() const { return denial_; }
  [[nodiscard]] bool spent() const { return budget_.spent(); }
  /// Everything was read, and as a shell would.
  [[nodiscard]] bool whole() const { return whole_ && !budget_.exhausted(); }

 private:
  /// What the subshells changed that ended is undone.
  void stand_in(std::size_t lowest, std::size_t depth) {
    while (outer_.size() > lowest) {
      environment_ = std::move(outer_.back());
      outer_.pop_back();
      settled_ = false;
    }
    while (outer_.size() < std::min(depth, most_subshells)) outer_.push_back(environment_);
  }

  void read(std::string_view text, std::string_view piece) {
    const bool again = piece == last_;
    std::optional<Environment> before;
    if (again) before = environment_;
    const std::string_view compound = compound_at(text, piece);
    const bool read = read_on(compound.empty() ? piece : compound);
    whole_ = whole_ && (read || !compound.empty());
    settled_ = again && environment_ == *before;
    last_ = piece;
    // Programs around it ended the reading before the command did, or its quotes are gone.
    if (how_.plain || budget_.exhausted())
      for (const std::string_view beginning : beginnings(compound.empty() ? piece : compound))
        read_on(beginning);
  }

  bool read_on(std::string_view code) {
    const bool read = reader_.read_on(code, environment_);
    for (; !denial_ && seen_ < reading_.findings.size(); ++seen_) {
      const Finding& found = reading_.findings[seen_];
      if (found.decision == Decision::deny && !unlocked_.contains(found.rule))
        denial_ = fmt::format("{} [{}]", found.reason, found.rule);
    }
    if (environment_.variables() > most_variables) start_in(environment_.saved_directory());
    return read;
  }

  void start_in(std::string_view directory) {
    environment_ = Environment(directory);
    if (how_.blind) environment_.forget_all();
  }

  How how_;
  Environment environment_;
  std::vector<Environment> outer_;  ///< of the shells around this subshell
  Budget budget_{limits::second_steps, limits::second_depth};
  Reading reading_;
  Reader reader_;
  const std::set<std::string>& unlocked_;
  std::string_view last_;
  bool settled_ = false;  ///< reading the last one once more changes nothing
  bool whole_ = true;
  std::size_t seen_ = 0;
  std::optional<std::string> denial_;
};

}  // namespace

SecondReading read_past_the_limits(std::string_view text, std::string_view directory, bool interactive,
                                   const std::set<std::string>& unlocked) {
  std::string open;
  for (const bool plain : {false, true}) {
    if (plain) open = without_quotes(text);
    if (plain && open == text) break;
    const std::string_view code = plain ? open : text;
    for (const bool blind : {false, true}) {
      Walk walk({directory, interactive, plain, blind}, unlocked);
      walk.read_all(code);
      if (walk.denial() || walk.whole()) return {walk.denial(), !plain && walk.whole()};
      // Where variables make words without end, what they hold is not followed the next time.
      if (!walk.spent()) break;
    }
  }
  return {};
}

}  // namespace mcpssh::guard
