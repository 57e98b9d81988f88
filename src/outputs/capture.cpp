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

Captured captured(std::string_view head, std::string_view tail, std::uint64_t total) {
  Captured shown;
  shown.total = total;
  if (head.size() == total) {
    shown.head = clean(head);
    return shown;
  }
  const std::string_view first = cut_head(head);
  const std::string_view last = cut_tail(tail);
  shown.dropped = total - first.size() - last.size();
  shown.head = clean(first);
  shown.tail = clean(last);
  return shown;
}

Captured shortened(const Captured& shown, std::size_t budget) {
  const std::string all = shown.dropped > 0 ? shown.head : shown.head + shown.tail;
  if (all.size() + (shown.dropped > 0 ? shown.tail.size() : 0) <= budget) return shown;
  const std::string_view end = shown.dropped > 0 ? std::string_view(shown.tail) : std::string_view(all);
  Captured out;
  out.total = shown.total;
  out.head = cut_head(std::string_view(all).substr(0, budget / 2));
  out.tail = cut_tail(end.substr(end.size() - std::min(end.size(), budget / 2)));
  // Cleaned text may be shorter than what the host sent; the count is of what the host sent.
  const std::uint64_t kept = out.head.size() + out.tail.size();
  out.dropped = std::max<std::uint64_t>(shown.total > kept ? shown.total - kept : 0, 1);
  return out;
}

}  // namespace mcpssh::outputs
