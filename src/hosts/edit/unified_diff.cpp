#include "hosts/edit/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t around = 3;
constexpr std::size_t most_compared = 2000;

using Lines = std::vector<std::string_view>;

/// Line breaks stay with their lines, so that a missing one shows.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Step {
  char sign;  ///< ' ', '-' or '+'
  std::string_view line;
};

/// The steps from the lines [a, a_end) to [b, b_end), by the longest common subsequence.
void compare(const Lines& before, std::size_t a, std::size_t a_end, const Lines& after, std::size_t b,
             std::size_t b_end, std::vector<Step>& steps) {
  const std::size_t rows = a_end - a, columns = b_end - b;
  std::vector<std::vector<std::size_t>> common;
  if (rows <= most_compared && columns <= most_compared) {
    common.assign(rows + 1, std::vector<std::size_t>(columns + 1, 0));
    for (std::size_t i = rows; i-- > 0;)
      for (std::size_t j = columns; j-- > 0;)
        common[i][j] = before[a + i] == after[b + j] ? common[i + 1][j + 1] + 1
                                                     : std::max(common[i + 1][j], common[i][j + 1]);
  }
  std::size_t i = 0, j = 0;
  while (i < rows || j < columns) {
    const bool known = !common.empty() && i < rows && j < columns;
    if (known && before[a + i] == after[b + j]) {
      steps.push_back({' ', before[a + i++]});
      ++j;
    } else if (i < rows && (j == columns || !known || common[i + 1][j] >= common[i][j + 1])) {
      steps.push_back({'-', before[a + i++]});
    } else {
      steps.push_back({'+', after[b + j++]});
    }
  }
}

std::vector<Step> steps_between(const Lines& before, const Lines& after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  std::vector<Step> steps;
  for (std::size_t i = 0; i < head; ++i) steps.push_back({' ', before[i]});
  compare(before, head, before.size() - tail, after, head, after.size() - tail, steps);
  for (std::size_t i = before.size() - tail; i < before.size(); ++i) steps.push_back({' ', before[i]});
  return steps;
}

/// Indentation by tabs is no attack: they stay, all else is made visible.
std::string with_tabs(std::string_view line) {
  std::string out;
  for (const auto part : base::split(line, '\t')) {
    out += base::printable(part, std::numeric_limits<std::size_t>::max());
    out += '\t';
  }
  out.pop_back();
  return out;
}

std::string shown(const Step& step) {
  std::string_view line = step.line;
  const bool ended = line.ends_with('\n');
  if (ended) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string out(1, step.sign);
  out += with_tabs(line) + "\n";
  return ended ? out : out + "\\ No newline at end of file\n";
}

/// One stretch of changes with its context: steps [begin, end), which start at these lines (from 0).
std::string hunk(const std::vector<Step>& steps, std::size_t begin, std::size_t end) {
  std::size_t old_line = 0, new_line = 0, old_count = 0, new_count = 0;
  for (std::size_t i = 0; i < end; ++i) {
    auto& old_counter = i < begin ? old_line : old_count;
    auto& new_counter = i < begin ? new_line : new_count;
    if (steps[i].sign != '+') ++old_counter;
    if (steps[i].sign != '-') ++new_counter;
  }
  std::string out = fmt::format("@@ -{},{} +{},{} @@\n", old_line + (old_count > 0 ? 1 : 0), old_count,
                                new_line + (new_count > 0 ? 1 : 0), new_count);
  for (std::size_t i = begin; i < end; ++i) out += shown(steps[i]);
  return out;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name) {
  if (before == after) return {};
  const auto steps = steps_between(lines_of(before), lines_of(after));
  const std::string shown_name = base::printable(name, 400);
  std::string out = fmt::format("--- {}\n+++ {}\n", shown_name, shown_name);
  const auto changed = [&](std::size_t i) { return steps[i].sign != ' '; };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!changed(i)) continue;
    const std::size_t begin = i - std::min(i, around);
    std::size_t last = i;
    for (std::size_t j = i; j < steps.size() && j <= last + 2 * around; ++j)
      if (changed(j)) last = j;
    const std::size_t end = std::min(last + 1 + around, steps.size());
    out += hunk(steps, begin, end);
    i = end - 1;
  }
  return out;
}

}  // namespace mcpssh::hosts
