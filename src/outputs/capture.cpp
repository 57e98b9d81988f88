#include "outputs/capture.hpp"

#include <algorithm>

#include "outputs/clean.hpp"

namespace mcpssh::outputs {
namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// `head` up to its last whole line, or its last whole character when that line is most of it.
std::string_view cut_head(std::string_view head) {
  const auto line = head.rfind('\n');
  if (line != std::string_view::npos && line >= head.size() / 2) return head.substr(0, line + 1);
  std::size_t start = head.size();  // of the last character; at most four bytes back (RFC 3629)
  while (start > 0 && head.size() - start < 3 && continues_character(head[start - 1])) --start;
  if (start == 0) return head;
  const auto lead = static_cast<unsigned char>(head[start - 1]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return head.size() - (start - 1) < length ? head.substr(0, start - 1) : head;
}

/// `tail` from its first whole line, or its first whole character when that line is most of it.
std::string_view cut_tail(std::string_view tail) {
  const auto line = tail.find('\n');
  if (line != std::string_view::npos && line < tail.size() / 2) return tail.substr(line + 1);
  std::size_t start = 0;
  while (start < std::min<std::size_t>(3, tail.size()) && continues_character(tail[start])) ++start;
  return tail.substr(start);
}

}  // namespace

Capture::Capture(std::size_t budget_bytes) : half_(budget_bytes / 2) {}

void Capture::append(std::string_view bytes) {
  total_ += bytes.size();
  const std::size_t to_head = std::min(bytes.size(), half_ - head_.size());
  head_.append(bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (bytes.size() > half_) bytes.remove_prefix(bytes.size() - half_);
  const std::size_t to_end = std::min(bytes.size(), half_ - ring_.size());
  ring_.append(bytes.substr(0, to_end));
  bytes.remove_prefix(to_end);
  while (!bytes.empty()) {  // at most twice: to the end of the ring and on from its begin
    const std::size_t run = std::min(bytes.size(), half_ - ring_start_);
    std::copy_n(bytes.begin(), run, ring_.begin() + static_cast<std::ptrdiff_t>(ring_start_));
    ring_start_ = (ring_start_ + run) % half_;
    bytes.remove_prefix(run);
  }
}

Captured Capture::finish() const {
  Captured shown;
  shown.total = total_;
  const std::string rest = ring_.substr(ring_start_) + ring_.substr(0, ring_start_);
  if (head_.size() + rest.size() == total_) {
    shown.head = clean(head_ + rest);
    return shown;
  }
  const std::string_view head = cut_head(head_);
  const std::string_view tail = cut_tail(rest);
  shown.dropped = total_ - head.size() - tail.size();
  shown.head = clean(head);
  shown.tail = clean(tail);
  return shown;
}

}  // namespace mcpssh::outputs
