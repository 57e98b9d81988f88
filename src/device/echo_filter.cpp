#include "device/echo_filter.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace mcpssh::device {
namespace {

/// A shorter first part of a wrapped echo is more likely output that happens to begin like it.
constexpr std::size_t shortest_wrapped_part = 20;
/// Repaints of the prompt that may come before the echo.
constexpr std::size_t most_repaints = 3;

std::string_view right_trimmed(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::vector<std::string_view> words(std::string_view text) {
  auto parts = base::split(text, ' ');
  std::erase(parts, std::string_view());
  return parts;
}

/// Whether `echo` is `command` with its words completed: "sh ver" and "show version".
bool completes(std::string_view echo, std::string_view command) {
  return std::ranges::equal(words(echo), words(command), [](std::string_view whole, std::string_view typed) {
    return whole.starts_with(typed);
  });
}

/// Whether `echo` is the end of `command` behind the sign of a line that was scrolled sideways: "$" (IOS),
/// "<" (readline).
bool scrolled(std::string_view echo, std::string_view command) {
  constexpr std::size_t shortest = 10;
  return echo.size() > shortest && (echo.front() == '$' || echo.front() == '<') &&
         right_trimmed(command).ends_with(echo.substr(1));
}

}  // namespace

EchoFilter::EchoFilter(std::string prompt, std::string command)
    : prompt_(std::move(prompt)), command_(std::move(command)) {}

bool EchoFilter::is_echo(std::string_view text) const {
  text = right_trimmed(text);
  if (text == right_trimmed(command_) || text == right_trimmed(prompt_ + command_)) return true;
  if (scrolled(text, command_)) return true;
  const std::string_view prompt = right_trimmed(prompt_);
  if (prompt.empty() || !text.starts_with(prompt)) return false;
  const std::string_view typed = text.substr(prompt.size());
  return completes(typed, command_) || scrolled(typed, command_);
}

bool EchoFilter::begins_echo(std::string_view text) const {
  return text.size() >= shortest_wrapped_part &&
         ((prompt_ + command_).starts_with(text) || command_.starts_with(text));
}

std::vector<std::string> EchoFilter::filter(std::string line) {
  if (decided()) {
    const bool again = std::exchange(may_repeat_, false) && !prompt_.empty() &&
                       right_trimmed(line) == right_trimmed(prompt_ + command_);
    if (again) return {};
    return {std::move(line)};
  }
  joined_ += line;
  const bool repaint = right_trimmed(line).empty() || right_trimmed(line) == right_trimmed(prompt_);
  held_.push_back(std::move(line));
  if (is_echo(joined_) || is_echo(held_.back())) {
    state_ = State::seen;
    may_repeat_ = true;
    held_.clear();
    return {};
  }
  if (begins_echo(joined_)) return {};
  if (repaint && held_.size() <= most_repaints) {
    joined_.clear();
    return {};
  }
  state_ = State::absent;
  return take_held();
}

std::vector<std::string> EchoFilter::take_held() {
  auto lines = std::exchange(held_, {});
  const std::string_view prompt = right_trimmed(prompt_);
  if (prompt.empty() || lines.empty()) return lines;
  // Without an echo the first output may stand on the prompt's own line.
  std::string& first = lines.front();
  if (right_trimmed(first) == prompt)
    lines.erase(lines.begin());
  else if (first.starts_with(prompt_))
    first.erase(0, prompt_.size());
  return lines;
}

}  // namespace mcpssh::device
