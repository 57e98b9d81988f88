#include "ssh/exec/prelude.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mcpssh::ssh {
namespace {

/// The longest word behind the nonce: a pid (Linux: up to 4194304), with room.
constexpr std::size_t max_word = 12;
constexpr std::size_t max_said = 2048;

/// The length of the longest tail of `text` that is a beginning of `marker`.
std::size_t begun_in(std::string_view text, std::string_view marker) {
  for (std::size_t length = std::min(text.size(), marker.size() - 1); length > 0; --length)
    if (text.ends_with(marker.substr(0, length))) return length;
  return 0;
}

std::optional<long> pid_of(std::string_view word) {
  long pid = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), pid);
  if (error != std::errc() || stop != word.data() + word.size() || pid <= 1) return std::nullopt;
  return pid;
}

}  // namespace

bool Prelude::understand(std::string_view word) {
  if (word.ends_with('\r')) word.remove_suffix(1);  // a terminal's line end
  if (!pid_) {
    pid_ = pid_of(word);
    begun_ = pid_ && !go_line_;
    return pid_.has_value();
  }
  if (word == "ask" && !inside_) {
    ++asked_;
  } else if (word == "in") {
    inside_ = true;
    said_.clear();
  } else if (word == "no-directory") {
    no_directory_ = true;
  } else {
    begun_ = word == "go";
    return begun_;
  }
  return true;
}

void Prelude::pass(std::string_view bytes, std::string& out) {
  if (!pid_ || begun_) {
    out += bytes;
    return;
  }
  said_ += bytes;
  if (said_.size() > max_said) said_.erase(0, said_.size() - max_said);
}

std::string Prelude::feed(std::string_view bytes) {
  if (begun_) return std::string(bytes);
  std::string out;
  held_ += bytes;
  while (!begun_) {
    const auto at = held_.find(marker_);
    const std::size_t before = at == std::string::npos ? held_.size() - begun_in(held_, marker_) : at;
    pass(std::string_view(held_).substr(0, before), out);
    held_.erase(0, before);
    if (at == std::string::npos) return out;

    const auto line_end = held_.find('\n', marker_.size());
    const bool whole = line_end != std::string::npos;
    if (!whole && held_.size() <= marker_.size() + max_word + 1) return out;
    const auto word = std::string_view(held_).substr(marker_.size(), line_end - marker_.size());
    if (whole && understand(word)) {
      held_.erase(0, line_end + 1);
    } else {
      pass(marker_, out);
      held_.erase(0, marker_.size());
    }
  }
  return out + std::exchange(held_, {});
}

std::string Prelude::flush() {
  std::string out;
  pass(std::exchange(held_, {}), out);
  return out;
}

}  // namespace mcpssh::ssh
