#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/reader.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Start paths followed one by one; more count as unknown.
constexpr std::size_t most_starts = 8;

/// Primaries that choose nothing, or only between kinds: without others, everything below the start is meant.
constexpr std::array<std::string_view, 22> unfiltering{"-depth",
                                                       "-d",
                                                       "-xdev",
                                                       "-mount",
                                                       "-maxdepth",
                                                       "-mindepth",
                                                       "-follow",
                                                       "-noleaf",
                                                       "-print",
                                                       "-print0",
                                                       "-ls",
                                                       "-warn",
                                                       "-nowarn",
                                                       "-true",
                                                       "-a",
                                                       "-and",
                                                       "-o",
                                                       "-or",
                                                       "-type",
                                                       "-ignore_readdir_race",
                                                       "-noignore_readdir_race",
                                                       "-quit"};

/// One find command, taken apart (POSIX find, findutils 4.9).
struct FindCommand {
  Fields starts;
  bool filtered = false;
  bool deletes = false;
  bool splits = false;
  bool prints = true;  ///< names, and nothing else
  struct Run {
    Fields words;  ///< with {} still in place
    bool there;    ///< in the directory of what was found (-execdir)
  };
  std::vector<Run> runs;  ///< -exec and its kind
  Fields outputs;         ///< -fprint and its kind
  std::vector<SearchedName> names;
};

bool is_expression(const Field& word) {
  const auto& text = word.text();
  return text.starts_with('-') || text == "(" || text == "!" || text == ")" || text == ",";
}

std::size_t read_run(Words words, std::size_t at, FindCommand& out) {
  FindCommand::Run run{{}, words[at].text().ends_with("dir")};
  for (++at; at < words.size(); ++at) {
    const std::string& text = words[at].text();
    if (text == ";" || (text == "+" && !run.words.empty() && run.words.back().text() == "{}")) break;
    run.words.push_back(words[at]);
  }
  out.runs.push_back(std::move(run));
  return at;
}

std::size_t read_primary(Words words, std::size_t at, FindCommand& out) {
  const std::string_view text = words[at].text();
  if (text == "-exec" || text == "-execdir" || text == "-ok" || text == "-okdir")
    return read_run(words, at, out);
  if (text == "-files0-from") {
    // Where it starts stands in a file.
    out.starts.assign(1, Field::unknown("<names in a file>", false));
    ++at;
  } else if (text == "-delete") {
    out.deletes = true;
  } else if (text.starts_with("-fprint") || text == "-fls") {
    if (++at < words.size()) out.outputs.push_back(words[at]);
  } else if (has_name("-name -iname -path -wholename -ipath -iwholename", text) && at + 1 < words.size()) {
    out.filtered = true;
    out.names.push_back({words[++at], text.contains("path") || text.contains("whole"), text[1] == 'i'});
  } else if (text.starts_with('-')) {
    out.filtered = out.filtered || !is_one_of(text, unfiltering);
    out.prints = out.prints && text != "-printf" && text != "-ls";
  }
  return at;
}

FindCommand read_find(Words words) {
  FindCommand out;
  std::size_t at = 1;
  while (at < words.size() && (has_name("-H -L -P", words[at].text()) || words[at].text().starts_with("-O") ||
                               words[at].text() == "-D"))
    at += words[at].text() == "-D" ? 2 : 1;
  for (; at < words.size() && !is_expression(words[at]); ++at) out.starts.push_back(words[at]);
  if (out.starts.empty()) out.starts.emplace_back(".");
  for (; at < words.size(); ++at) {
    out.splits = out.splits || words[at].splits();
    at = read_primary(words, at, out);
  }
  for (const Field& start : out.starts) out.splits = out.splits || start.splits();
  return out;
}

/// What {} stands for below `start`: everything ("**"), or something unknown.
Field found_below(const Field& start, bool filtered) {
  Field out = start;
  if (!out.text().ends_with('/')) out.append('/', Field::Ink::plain);
  const bool relative =
      !start.empty() && !start.opaque() && start.text()[0] != '/' && start.ink(0) != Field::Ink::home;
  if (!filtered) {
    out.append("**", Field::Ink::glob);
  } else if (relative) {
    // Some name below: none of the system's places.
    out.append("*", Field::Ink::glob);
    out.append("{}", Field::Ink::plain);
  } else {
    out.append("{}", Field::Ink::opaque);
  }
  return out;
}

/// Into some directory below `start`. From nobody knows where, that is no place of the system's.
void go_below(Field start, Environment& environment) {
  const bool placed = !start.empty() && (start.text()[0] == '/' || start.ink(0) == Field::Ink::home);
  if (!placed && !start.opaque()) return;
  start.append('/', Field::Ink::plain);
  start.append("{}", Field::Ink::opaque);
  environment.change_directory(start);
}

/// What is read of what it finds may be a secret: that is one more thing it finds.
void add_secrets(FindCommand& command, const Field& directory, Fields& found) {
  const Fields starts = command.starts;
  for (const Field& start : std::span(starts).first(std::min(starts.size(), most_starts)))
    for (const SearchedName& name : command.names) {
      if (found.size() >= most_starts) return;
      if (auto secret = secret_found(start, directory, name)) {
        found.push_back(std::move(*secret));
        command.starts.push_back(start);
      }
    }
}

}  // namespace

Reader::Produced Reader::find(Words words, Context& context) {
  FindCommand command = read_find(words);
  if (command.splits) find_out("shell.opaque-command", "find with words known only at run time");
  Fields found;
  for (const Field& start : command.starts) found.push_back(found_below(start, command.filtered));
  if (command.deletes)
    as_program("find", context.environment, [&](const Call& call) {
      for (const Field& path : found) removes_file(call, path, true);
    });
  for (const Field& output : command.outputs) write_to(output, Writing::replace, context.environment);
  if (!command.outputs.empty()) out_.commands[context.command].writes = true;
  add_secrets(command, context.environment.directory(), found);
  if (command.starts.size() > most_starts && !command.runs.empty()) budget_.exhaust();
  for (const FindCommand::Run& run : command.runs) {
    for (std::size_t i = 0; i < std::min(found.size(), most_starts); ++i) {
      const Field& outer = context.environment.directory();
      const Field name = run.there ? absolute(found[i], outer) : found[i];
      Fields inner = run.words;
      for (Field& word : inner) {
        if (word.text() == "{}")
          word = name;
        else if (word.text().contains("{}"))
          word = Field::unknown(word.text(), false);
      }
      if (inner.empty()) continue;
      Environment inside = context.environment;
      if (run.there) go_below(absolute(command.starts[i], outer), inside);
      const Input none{Input::Kind::unknown, {}, {}};
      Context within{inside, none, context.command, context.wraps};
      dispatch_inner("find", out_.keep(std::move(inner)), within);
    }
  }
  if (!command.prints || !command.runs.empty()) return std::nullopt;
  return Input{Input::Kind::paths, {}, std::move(found)};
}

}  // namespace mcpssh::guard
