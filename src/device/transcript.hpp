#pragma once
#include <deque>
#include <string>

#include "device/bounded_text.hpp"
#include "device/session.hpp"

namespace mcpssh::device {

/// Collects the lines of one reply and shows them to the observer. The last few lines are held back, because
/// what they are is known only at the end (a prompt's first line, an echo of Enter).
class Transcript {
 public:
  explicit Transcript(const Options& options) : text_(options.max_text), observer_(options.observer) {}

  void add_line(std::string line);
  /// Text that is not ended by a line end.
  void add_unterminated(std::string_view text);
  /// The lines held back, oldest first; the owner may remove from the end.
  [[nodiscard]] std::deque<std::string>& held() { return held_; }
  [[nodiscard]] bool empty() const { return held_.empty() && text_.empty(); }
  /// Moves what was collected into `reply` and starts again.
  void finish(Reply& reply);

 private:
  void pass_on(std::string_view text);

  BoundedText text_;
  Observer observer_;
  std::deque<std::string> held_;
};

}  // namespace mcpssh::device
