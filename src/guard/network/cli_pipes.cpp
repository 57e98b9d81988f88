// What stands behind a pipe, and lines that carry other lines.
#include <algorithm>
#include <array>

#include "guard/network/cli_reader.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

/// Only show less, or otherwise.
constexpr auto filters = std::to_array<std::string_view>({"include",
                                                          "exclude",
                                                          "begin",
                                                          "section",
                                                          "count",
                                                          "no-more",
                                                          "nomore",
                                                          "json",
                                                          "json-pretty",
                                                          "xml",
                                                          "match",
                                                          "except",
                                                          "last",
                                                          "first",
                                                          "find",
                                                          "display",
                                                          "trim",
                                                          "compare",
                                                          "resolve",
                                                          "hold",
                                                          "more",
                                                          "end",
                                                          "until",
                                                          "human",
                                                          "no-match",
                                                          "pretty",
                                                          "strip-private",
                                                          "commands",
                                                          "refresh",
                                                          "until-more",
                                                          "exclude-section",
                                                          "include-section",
                                                          "text",
                                                          "by",
                                                          "csv",
                                                          "details",
                                                          "nz"});
/// Send it elsewhere.
constexpr auto writers = std::to_array<std::string_view>({"redirect", "tee", "append", "save", "file"});
/// Programs of a POSIX system, which some devices really run.
constexpr auto tools = std::to_array<std::string_view>(
    {"grep",   "egrep", "fgrep", "zgrep", "awk",    "gawk",    "sed",  "head", "tail",
     "sort",   "uniq",  "wc",    "cut",   "tr",     "cat",     "less", "tac",  "nl",
     "column", "xargs", "bash",  "sh",    "python", "python3", "perl", "ssh",  "scp",
     "nc",     "curl",  "wget",  "vsh",   "diff",   "jq",      "dd"});

bool begins(std::string_view typed, std::span<const std::string_view> list) {
  return std::ranges::any_of(list, [&](std::string_view whole) { return whole.starts_with(typed); });
}

bool is_tool(std::string_view word) {
  return std::ranges::find(tools, word) != tools.end();
}

bool writes(std::string_view typed) {
  // "s" and "f" are section and find wherever both could be meant.
  constexpr std::array<std::string_view, 5> rather_filters{"s", "se", "f", "fi", "t"};
  return begins(typed, writers) && std::ranges::find(rather_filters, typed) == rather_filters.end();
}

/// ">" and ">>" with a file behind it.
bool redirects(CliWords words, std::size_t at) {
  if (words[at].quoted || !words[at].text.starts_with('>')) return false;
  const bool alone = words[at].text == ">" || words[at].text == ">>";
  return !alone || at + 1 < words.size();
}

std::string_view written_rule(CliWords targets) {
  const bool remote = std::ranges::any_of(targets, [](const CliWord& w) { return is_remote(w.lower); });
  return remote ? "device.transfer" : "device.output-file";
}

}  // namespace

void CliReader::pipes(CliWords words, const At& at) {
  bool filtered = false;
  for (std::size_t from = 0; from < words.size(); ++from) {
    if (words[from].is_pipe()) {
      filtered = true;
      filter(words.subspan(from + 1), words[from], at);
    } else if (redirects(words, from) && (!filtered || words[from].text.size() <= 2)) {
      report_.says(written_rule(words.subspan(from)), typed(words, at), at.span);
    }
  }
}

void CliReader::filter(CliWords words, const CliWord& pipe, const At& at) {
  if (words.empty()) return;
  const auto next = std::ranges::find_if(words, &CliWord::is_pipe);
  const CliWords own = words.first(static_cast<std::size_t>(next - words.begin()));
  const std::string_view name = own.empty() ? std::string_view() : own[0].lower;
  if (writes(name))
    return report_.says(written_rule(own.subspan(own.empty() ? 0 : 1)), typed(words, at), at.span);
  if (name == "utility") return filter(words.subspan(1), pipe, at);
  const bool runs = is_tool(name) || (dialect_.is_shell && !begins(name, filters));
  if (runs) {
    At part = at;
    if (next != words.end()) part.span.end = next->at;
    return report_.filters(typed(own, part), at.span);
  }
  // "include a|b": part of an expression.
  const bool expression = !pipe.detached && (own.empty() || !own[0].detached);
  if (!begins(name, filters) && !expression) report_.says("device.output-file", typed(words, at), at.span);
}

/// Event handlers, aliases and schedules hold lines that run later, as whoever they run as.
void CliReader::carried(CliWords words, const At& at) {
  const std::string_view first = words[0].lower;
  const auto word = [&](std::size_t n) { return n < words.size() ? std::string_view(words[n].lower) : ""; };
  std::size_t from = 0;
  if (first == "action") {
    for (std::size_t n = 1; n + 2 < words.size() && from == 0; ++n)
      if (word(n) == "cli" && word(n + 1) == "command") from = n + 2;
  } else if (first == "alias") {
    const bool mode = word(1) == "exec" || word(1) == "configure" || word(1) == "interface";
    from = mode ? 3 : 2;
  } else if (first == "cli") {
    from = word(1) == "alias" ? 4 : 1;
  } else if (first == "schedule") {
    for (std::size_t n = 1; n + 1 < words.size() && from == 0; ++n)
      if (word(n) == "command") from = n + 1;
  }
  if (from == 0 || from >= words.size()) return;
  nested(code_of(words.subspan(from), at), at, Mode::either);
}

}  // namespace mcpssh::guard
