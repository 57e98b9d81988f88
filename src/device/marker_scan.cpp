#include "device/marker_scan.hpp"

#include <algorithm>
#include <utility>

namespace mcpssh::device {

MarkerScan::MarkerScan(std::string marker, Kind kind) : marker_(std::move(marker)), kind_(kind) {}

MarkerScan::Match MarkerScan::match_at(std::size_t at) {
  const std::string_view text = std::string_view(held_).substr(at);
  if (text.size() < marker_.size())
    return std::string_view(marker_).starts_with(text) ? Match::unfinished : Match::no;
  if (!text.starts_with(marker_)) return Match::no;
  std::size_t end = marker_.size();
  if (kind_ == Kind::with_status) {
    int number = 0;
    while (end < text.size() && end < marker_.size() + 3 && text[end] >= '0' && text[end] <= '9')
      number = number * 10 + (text[end++] - '0');
    if (end == text.size()) return Match::unfinished;
    if (end == marker_.size() || text[end++] != ';') return Match::no;
    status_ = number;
  }
  matched_length_ = end;
  return Match::yes;
}

std::string MarkerScan::feed(std::string_view bytes) {
  held_ += bytes;
  if (found_) return {};
  std::size_t at = 0;
  while ((at = held_.find(marker_.front(), at)) != std::string::npos) {
    const Match match = match_at(at);
    if (match == Match::no) {
      ++at;
      continue;
    }
    found_ = match == Match::yes;
    std::string before = held_.substr(0, at);
    held_.erase(0, at + (found_ ? matched_length_ : 0));
    return before;
  }
  return std::exchange(held_, {});
}

std::string MarkerScan::take_rest() {
  return std::exchange(held_, {});
}

}  // namespace mcpssh::device
