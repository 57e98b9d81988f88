#pragma once
#include <string>
#include <string_view>

namespace mcpssh::device {

/// Text of bounded size: whole lines from the begin and from the end, with a line between that says what is
/// missing.
class BoundedText {
 public:
  /// 0 means base::limits::output_bytes.
  explicit BoundedText(std::size_t max_bytes);
  void append(std::string_view text);
  [[nodiscard]] bool truncated() const { return dropped_ > 0; }
  [[nodiscard]] bool empty() const { return head_.empty() && tail_.empty(); }
  /// What was collected; starts again from empty.
  std::string take();

 private:
  void drop_old();

  std::size_t half_;
  std::string head_, tail_;
  bool head_full_ = false;
  std::size_t dropped_ = 0;
};

}  // namespace mcpssh::device
