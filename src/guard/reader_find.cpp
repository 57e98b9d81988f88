#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/path.hpp"
#include "guard/reader.hpp"
#include "guard/words.hpp"

namespace mcpssh::guard {
namespace {

/// Start paths followed one by one; more count as unknown.
constexpr std::size_t most_starts = 8;

/// Primaries that choose nothing: without others, everything below the start is meant, the start too.
constexpr std::array<std::string_view, 17> unfiltering{
    "-depth",  "-d",  "-xdev", "-mount",  "-maxdepth", "-follow", "-noleaf", "-print",
    "-print0", "-ls", "-warn", "-nowarn", "-true",     "-a",      "-and",    "-ignore_readdir_race",
    "-o"};

/// One find command, taken apart (POSIX find, findutils 4.9).
struct FindCommand {
  Fields starts;
  bool filtered = false;
  bool deletes = false;
  bool splits = false;
  std::vector<Fields> runs;  ///< -exec and its kind, with {} still in place
  Fields outputs;            ///< -fprint and its kind
};

bool is_expression(const Field& word) {
  const auto& text = word.text();
  return text.starts_with('-') || text == "(" || text == "!" || text == ")" || text == ",";
}

std::size_t read_run(const Fields& words, std::size_t at, FindCommand& out) {
  Fields run;
  for (++at; at < words.size(); ++at) {
    const std::string& text = words[at].text();
    if (text == ";" || (text == "+" && !run.empty() && run.back().text() == "{}")) break;
    run.push_back(words[at]);
  }
  out.runs.push_back(std::move(run));
  return at;
}

FindCommand read_find(const Fields& words) {
  FindCommand out;
  std::size_t at = 1;
  while (at < words.size() &&
         (words[at].text() == "-H" || words[at].text() == "-L" || words[at].text() == "-P"))
    ++at;
  for (; at < words.size() && !is_expression(words[at]); ++at) out.starts.push_back(words[at]);
  if (out.starts.empty()) out.starts.emplace_back(".");
  for (; at < words.size(); ++at) {
    const std::string& text = words[at].text();
    out.splits = out.splits || words[at].splits();
    if (text == "-exec" || text == "-execdir" || text == "-ok" || text == "-okdir") {
      at = read_run(words, at, out);
    } else if (text == "-delete") {
      out.deletes = true;
    } else if (text.starts_with("-fprint") || text == "-fls") {
      if (++at < words.size()) out.outputs.push_back(words[at]);
    } else if (text == "-maxdepth" || text == "-mindepth") {
      ++at;
    } else if (text.starts_with('-')) {
      out.filtered = out.filtered || !is_one_of(text, unfiltering);
    }
  }
  for (const Field& start : out.starts) out.splits = out.splits || start.splits();
  return out;
}

/// What {} stands for below `start`.
Field found_below(const Field& start, bool filtered) {
  Field out = start;
  if (filtered) out.append("/{}", Field::Ink::opaque);
  return out;
}

}  // namespace

Reader::Produced Reader::find(const Fields& words, Context& context) {
  const FindCommand command = read_find(words);
  const Field& directory = context.environment.directory();
  if (command.splits) find_out("shell.opaque-command", "find with words known only at run time");
  for (const Field& start : command.starts) {
    if (!command.deletes) break;
    const Removal removal = removal_of(start, directory);
    const bool here = !start.opaque() && !start.text().starts_with('/') && !start.text().starts_with('~');
    if (removal == Removal::ordinary || (command.filtered && here)) continue;
    const bool all = removal == Removal::protected_ && !command.filtered;
    find_out(all ? "fs.remove-root" : "fs.remove-unknown",
             fmt::format("find deletes below {}", base::printable(start.text(), 80)));
  }
  for (const Field& output : command.outputs) write_to(output, context.environment);
  if (!command.outputs.empty()) out_.commands[context.command].writes = true;
  if (command.starts.size() > most_starts && !command.runs.empty()) budget_.exhaust();
  for (const Fields& run : command.runs) {
    for (std::size_t i = 0; i < std::min(command.starts.size(), most_starts); ++i) {
      Fields inner = run;
      const Field found = found_below(command.starts[i], command.filtered);
      for (Field& word : inner) {
        if (word.text() == "{}")
          word = found;
        else if (word.text().contains("{}"))
          word = Field::unknown(word.text(), false);
      }
      if (inner.empty()) continue;
      Environment inside = context.environment;
      const Input none{Input::Kind::unknown, {}};
      Context within{inside, none, context.command, context.wraps};
      dispatch_inner("find", std::move(inner), within);
    }
  }
  return std::nullopt;
}

}  // namespace mcpssh::guard
