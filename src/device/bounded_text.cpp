#include "device/bounded_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace mcpssh::device {
namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

BoundedText::BoundedText(std::size_t max_bytes)
    : half_((max_bytes == 0 ? base::limits::output_bytes : max_bytes) / 2) {}

void BoundedText::append(std::string_view text) {
  if (!head_full_) {
    std::size_t fits = std::min(text.size(), half_ - head_.size());
    while (fits > 0 && fits < text.size() && continues_character(text[fits])) --fits;
    head_.append(text.substr(0, fits));
    text.remove_prefix(fits);
    head_full_ = !text.empty();
  }
  tail_.append(text);
  if (tail_.size() > 4 * half_ + 4096) drop_old();  // seldom, so that dropping stays linear
}

void BoundedText::drop_old() {
  if (tail_.size() <= half_) return;
  std::size_t start = tail_.size() - half_;
  const auto line = tail_.find('\n', start);
  if (line != std::string::npos && line - start < half_ / 2)
    start = line + 1;
  else
    while (start < tail_.size() && continues_character(tail_[start])) ++start;
  tail_.erase(0, start);
  dropped_ += start;
}

std::string BoundedText::take() {
  drop_old();
  std::string text = std::move(head_);
  if (dropped_ > 0) {
    if (!text.empty() && text.back() != '\n') text += '\n';
    text += fmt::format("[... {} bytes not shown ...]\n", dropped_);
  }
  text += tail_;
  *this = BoundedText(2 * half_ == 0 ? 1 : 2 * half_);
  return text;
}

}  // namespace mcpssh::device
