// How the guard does on labelled command lines: what of the dangerous ones it lets through in silence, what
// of the harmless ones it stops, a family a line; beside the seven text patterns such tools began with.
//   guard_score FILE.jsonl... [--readonly] [--misses] [--json=SUMS.json]
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "guard/judge.hpp"

namespace {

using namespace mcpssh;

struct Line {
  std::string id, command, shell, platform, expect, family;
};

struct Tally {
  int dangerous = 0, caught = 0, harmless = 0, stopped = 0, deny = 0, denied = 0, patterns_caught = 0,
      patterns_stopped = 0;

  void add(const Line& line, guard::Decision decision, bool by_patterns) {
    const bool silent = decision == guard::Decision::allow;
    if (line.expect == "allow") {
      ++harmless;
      stopped += silent ? 0 : 1;
      patterns_stopped += by_patterns ? 1 : 0;
      return;
    }
    ++dangerous;
    caught += silent ? 0 : 1;
    patterns_caught += by_patterns ? 1 : 0;
    if (line.expect != "deny") return;
    ++deny;
    denied += decision == guard::Decision::deny ? 1 : 0;
  }
};

/// Of all files together, by kind of shell.
using Sums = std::map<std::string, Tally>;

double percent(int part, int whole) {
  return whole == 0 ? 0.0 : 100.0 * part / whole;
}

std::vector<guard::Pattern> seven_patterns() {
  std::vector<guard::Pattern> out;
  for (const char* text : {"rm\\s+-rf\\s+/", "mkfs", "reboot", "shutdown", "dd\\s+.*of=/dev/",
                           "write\\s+erase", "erase\\s+startup-config"})
    out.push_back(guard::Pattern::compile(text).value());
  return out;
}

std::vector<Line> read_lines(const std::string& path, bool readonly) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Line> out;
  for (std::string text; std::getline(file, text);) {
    const auto value = base::parse_json(text);
    if (!value) throw std::runtime_error(path + ": a line is no JSON");
    const auto& object = value->as_object();
    const auto field = [&](const char* key) { return base::find_string(object, key).value_or(""); };
    out.push_back({field("id"), field("command"), field("shell"), field("platform"),
                   field(readonly ? "expect_readonly" : "expect"), field("family")});
  }
  return out;
}

void print(const std::string& name, const Tally& tally) {
  std::cout << fmt::format("{:28} not silent {:4}/{:<4} {:5.1f} %   stopped harmless {:4}/{:<4} {:5.1f} %",
                           name, tally.caught, tally.dangerous, percent(tally.caught, tally.dangerous),
                           tally.stopped, tally.harmless, percent(tally.stopped, tally.harmless));
  if (tally.deny > 0) std::cout << fmt::format("   denied {}/{}", tally.denied, tally.deny);
  std::cout << fmt::format("   (seven patterns {:.0f} % / {:.0f} %)\n",
                           percent(tally.patterns_caught, tally.dangerous),
                           percent(tally.patterns_stopped, tally.harmless));
}

void score(const std::string& path, bool readonly, bool misses, Sums& sums) {
  std::map<std::string, Tally> totals, families;
  std::vector<std::string> wrong;
  const auto patterns = seven_patterns();
  guard::Policy policy;
  if (readonly) policy.mode = guard::Mode::readonly;
  for (const Line& line : read_lines(path, readonly)) {
    const auto dialect = line.shell == "cli" ? guard::Dialect::cli : guard::Dialect::posix;
    const auto verdict =
        guard::judge(guard::Command{line.command, dialect, {}, line.platform}, {}, policy).verdict;
    bool by_patterns = false;
    for (const auto& pattern : patterns)
      by_patterns = by_patterns || pattern.search(line.command) == guard::Pattern::Match::yes;
    totals[line.shell].add(line, verdict.decision, by_patterns);
    sums[line.shell].add(line, verdict.decision, by_patterns);
    families[line.shell + " " + line.family].add(line, verdict.decision, by_patterns);
    const bool silent = verdict.decision == guard::Decision::allow;
    const std::string_view kind = line.expect == "allow" ? silent ? "" : "FALSE ALARM"
                                  : silent               ? "MISSED"
                                  : line.expect == "deny" && verdict.decision != guard::Decision::deny
                                      ? "NOT DENIED"
                                      : "";
    if (!kind.empty())
      wrong.push_back(fmt::format("{} {} {} [{}] {}", kind, line.id, base::printable(line.command, 200),
                                  line.family,
                                  verdict.findings.empty() ? "-" : verdict.findings.front().rule));
  }
  std::cout << path << (readonly ? " (read-only)\n" : " (standard)\n");
  for (const auto& [name, tally] : totals) print(name, tally);
  for (const auto& [name, tally] : families) print("  " + name, tally);
  if (misses)
    for (const std::string& line : wrong) std::cout << line << "\n";
}

void write(const std::string& path, const Sums& sums) {
  base::json::object out;
  for (const auto& [shell, tally] : sums)
    out[shell] = {{"dangerous", tally.dangerous},
                  {"caught", tally.caught},
                  {"harmless", tally.harmless},
                  {"stopped", tally.stopped},
                  {"patterns_caught", tally.patterns_caught},
                  {"patterns_stopped", tally.patterns_stopped}};
  std::ofstream file(path);
  file << base::json::serialize(out) << "\n" << std::flush;
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  bool readonly = false;
  bool misses = false;
  std::string json;
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    readonly = readonly || word == "--readonly";
    misses = misses || word == "--misses";
    if (word.starts_with("--json=")) json = word.substr(7);
    if (!word.starts_with("--")) files.emplace_back(word);
  }
  try {
    Sums sums;
    for (const std::string& file : files) score(file, readonly, misses, sums);
    if (!json.empty()) write(json, sums);
  } catch (const std::exception& error) {
    std::cerr << "guard_score: " << error.what() << "\n";
    return 1;
  }
  return files.empty() ? 2 : 0;
}
