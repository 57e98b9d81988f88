#include "ssh/pid_line.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mcpssh::ssh {
namespace {

/// Digits of the largest pid there is (Linux: 4194304), with room.
constexpr std::size_t max_digits = 12;

/// The length of the longest tail of `text` that is a beginning of `marker`.
std::size_t begun(std::string_view text, std::string_view marker) {
  for (std::size_t length = std::min(text.size(), marker.size() - 1); length > 0; --length)
    if (text.ends_with(marker.substr(0, length))) return length;
  return 0;
}

}  // namespace

std::string with_pid_line(std::string_view nonce, std::string_view command) {
  std::string line = "echo ";
  line.append(nonce).append(" $$ >&2\n").append(command);
  return line;
}

std::string PidLine::feed(std::string_view bytes) {
  if (done_) return std::string(bytes);
  held_ += bytes;
  const auto at = held_.find(marker_);
  if (at == std::string::npos) {
    const std::size_t keep = begun(held_, marker_);
    std::string passed = held_.substr(0, held_.size() - keep);
    held_.erase(0, passed.size());
    return passed;
  }
  const char* const digits = held_.data() + at + marker_.size();
  const char* const end = held_.data() + held_.size();
  const char* const line_end = std::find(digits, end, '\n');
  if (line_end == end && end - digits <= static_cast<std::ptrdiff_t>(max_digits)) return {};

  long pid = 0;
  const auto [stop, error] = std::from_chars(digits, line_end, pid);
  done_ = true;
  if (error == std::errc() && stop == line_end && line_end != end && pid > 1) {
    pid_ = pid;
    held_.erase(at, static_cast<std::size_t>(line_end + 1 - held_.data()) - at);
  }
  return std::exchange(held_, {});
}

std::string PidLine::flush() {
  done_ = true;
  return std::exchange(held_, {});
}

}  // namespace mcpssh::ssh
