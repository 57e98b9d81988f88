#include "transport/local/line_framer.hpp"

#include <utility>

#include "base/text.hpp"

namespace mcpssh::transport {

void LineFramer::keep(std::string_view piece) {
  if (skipping_) return;
  if (partial_.size() + piece.size() > most_bytes_) {
    skipping_ = true;
    partial_ = std::string();  // gives the memory back, clear() would not
    return;
  }
  partial_ += piece;
}

std::optional<Line> LineFramer::end_line() {
  if (std::exchange(skipping_, false))
    return std::unexpected(base::Error(base::ErrorCode::limit_reached,
                                       "a message is longer than " + base::human_bytes(most_bytes_)));
  auto line = std::exchange(partial_, {});
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return std::nullopt;
  return line;
}

std::vector<Line> LineFramer::feed(std::string_view bytes) {
  std::vector<Line> lines;
  for (;;) {
    const auto end = bytes.find('\n');
    keep(bytes.substr(0, end));
    if (end == std::string_view::npos) return lines;
    if (auto line = end_line()) lines.push_back(std::move(*line));
    bytes.remove_prefix(end + 1);
  }
}

std::optional<Line> LineFramer::finish() {
  return end_line();
}

}  // namespace mcpssh::transport
