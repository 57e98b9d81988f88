#include "cli/doctor/report.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace mcpssh::cli::doctor {
namespace {

using State = Finding::State;

constexpr std::size_t narrowest = 40;
constexpr std::size_t longest_line = 4000;
constexpr std::string_view indent = "        ";

std::string_view colour_of(State state) {
  switch (state) {
    case State::ok:
      return "\x1b[32m";
    case State::warn:
      return "\x1b[33m";
    case State::fail:
      return "\x1b[1;31m";
    case State::skipped:
      break;
  }
  return "\x1b[2m";
}

std::string label_of(State state, const Style& style) {
  const auto text = fmt::format("{:4}", state == State::skipped ? std::string_view("-") : to_string(state));
  return style.colour ? fmt::format("{}{}\x1b[0m", colour_of(state), text) : text;
}

/// The words of `text`, in lines of at most `room` where a word allows it.
std::vector<std::string> broken(std::string_view text, std::size_t room) {
  std::vector<std::string> lines(1);
  for (const auto word : base::split(text, ' ')) {
    auto& line = lines.back();
    if (line.empty())
      line = word;
    else if (room > 0 && line.size() + 1 + word.size() > room)
      lines.emplace_back(word);
    else
      line.append(" ").append(word);
  }
  return lines;
}

/// A sentence, each of its lines behind `first` or as many blanks.
void put_sentence(std::string& out, std::string_view first, std::string_view text, const Style& style) {
  const std::string blanks(first.size(), ' ');
  const std::size_t room = style.width > first.size() + narrowest / 2 ? style.width - first.size() : 0;
  std::string_view before = first;
  for (const auto& line : broken(base::printable(text, longest_line), room)) {
    out.append(before).append(line).append("\n");
    before = blanks;
  }
}

/// Lines to be copied: as they are, but for what does not belong on a terminal.
void put_lines(std::string& out, std::string_view first, std::string_view text) {
  const std::string blanks(first.size(), ' ');
  std::string_view before = first;
  for (const auto line : base::split(text, '\n')) {
    out.append(before).append(base::printable(line, longest_line)).append("\n");
    before = blanks;
  }
}

/// Behind the state and the name of the check; broken there, so that the columns stay.
constexpr std::size_t detail_column = 25;

void put(std::string& out, const Finding& finding, const Style& style) {
  out += fmt::format("  {}  {:16} ", label_of(finding.state, style), finding.check);
  const std::size_t room = style.width > detail_column + narrowest / 2 ? style.width - detail_column : 0;
  bool first = true;
  for (const auto& line : broken(base::printable(finding.detail, longest_line), room)) {
    if (!std::exchange(first, false)) out.append(detail_column, ' ');
    out += line;
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
  for (const auto line : base::split(finding.cause, '\n'))
    if (!line.empty()) put_sentence(out, indent, line, style);
  if (!finding.fix.empty()) put_lines(out, fmt::format("{}fix: ", indent), finding.fix);
}

}  // namespace

Style style_of_stdout() {
  Style style;
  if (::isatty(STDOUT_FILENO) != 1) return style;
  const auto from = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  style.colour = from("NO_COLOR").empty() && from("TERM") != "dumb" && !from("TERM").empty();
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = std::max<std::size_t>(size.ws_col, narrowest);
  return style;
}

std::string rendered(const Section& section, const Style& style) {
  std::string out = base::printable(section.title) + "\n";
  for (const auto& finding : section.findings) put(out, finding, style);
  if (section.advice.empty()) return out;
  put_sentence(out, "  ", "to add on the host, for what no guard can do (docs/safety.md):", style);
  for (const auto& advice : section.advice) {
    put_sentence(out, "    * ", advice.what, style);
    if (!advice.how.empty()) put_lines(out, "        ", advice.how);
  }
  return out;
}

std::string summary(const std::vector<Section>& sections) {
  const auto warnings = count(sections, State::warn);
  return fmt::format("{} ok, {} {}, {} failed", count(sections, State::ok), warnings,
                     warnings == 1 ? "warning" : "warnings", count(sections, State::fail));
}

}  // namespace mcpssh::cli::doctor
