#include "docs/transcript.hpp"

#include <regex>
#include <span>

#include "base/text.hpp"

namespace mcpssh::test {
namespace {

/// A line of a page as a pattern.
std::regex pattern_of(const std::string& line) {
  static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
  auto text = std::regex_replace(line, special, R"(\$&)");
  for (auto at = text.find(R"(\.\.\.)"); at != text.npos; at = text.find(R"(\.\.\.)", at + 2))
    text.replace(at, 6, ".*");
  return std::regex(text);
}

using Lines = std::span<const std::string_view>;

bool says(Lines printed, Lines shown) {
  if (shown.empty()) return printed.empty();
  if (base::trim(shown.front()) == "...") {
    for (std::size_t skip = 0; skip <= printed.size(); ++skip)
      if (says(printed.subspan(skip), shown.subspan(1))) return true;
    return false;
  }
  return !printed.empty() &&
         std::regex_match(std::string(printed.front()), pattern_of(std::string(shown.front()))) &&
         says(printed.subspan(1), shown.subspan(1));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  auto lines = base::split(text, '\n');
  while (!lines.empty() && base::trim(lines.back()).empty()) lines.pop_back();
  return lines;
}

}  // namespace

bool says(std::string_view printed, std::string_view shown) {
  return says(Lines(lines_of(printed)), Lines(lines_of(shown)));
}

std::string alike(std::string text) {
  const auto put = [&text](const std::string& pattern, const std::string& by) {
    text = std::regex_replace(text, std::regex(pattern), by);
  };
  put("/home/[a-z]+\\b", "~");
  put("SHA256:[A-Za-z0-9+/]{43}", "SHA256:...");
  put("SSH-2\\.0-\\S+( Debian\\S*)?", "SSH-2.0-OpenSSH");
  put("\\d{4}-\\d\\d-\\d\\d[T ][0-9:.]+Z?", "TIME");
  put("\\d{4}-\\d\\d-\\d\\d", "DATE");
  put("\\b[0-9.]+ (ms|s|µs|min)\\b", "DURATION");
  put("\\(process \\d+\\)|\\bpid \\d+", "PID");
  put("\\b(call|batch)_[0-9a-f]+|\\bap-[0-9a-f]+", "ID");
  put("\\b[0-9a-f]{16,}\\b|\\b[0-9a-f]{8}\\.\\.\\.", "HEX");
  put("[ \t]+(\n|$)", "$1");
  return text;
}

std::vector<Step> steps_of(const Page& page, const Block& block) {
  static const std::regex fails(R"(\s#\s+exit (\d+)\s*$)"), comment(R"((^|\s)#\s.*$)");
  const bool transcript = block.text.starts_with("$ ") || block.text.contains("\n$ ");
  std::vector<Step> steps;
  for (const auto line : base::split(block.text, '\n')) {
    if (transcript && !line.starts_with("$ ")) {
      if (!steps.empty()) steps.back().shown += std::string(line) + "\n";
      continue;
    }
    Step step;
    const std::string text(transcript ? line.substr(2) : line);
    std::smatch found;
    if (std::regex_search(text, found, fails)) step.exit_code = std::stoi(found[1]);
    step.command = base::trim(std::regex_replace(text, comment, ""));
    step.compared = transcript;
    step.place = page.place(block) + ": " + step.command;
    if (!step.command.empty()) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace mcpssh::test
