#pragma once
#include <algorithm>
#include <chrono>
#include <optional>

namespace mcpssh::device {

/// Learns how long a link pauses inside of one line, which is how long a prompt-like text may stand at the
/// end of the stream before the rest of its line comes. Pauses between lines are the device thinking and do
/// not count. A value.
class PauseMeter {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using Time = std::chrono::steady_clock::time_point;

  /// Bytes came at `when`; `inside_line`: the line that stood there before went on.
  void arrived(Time when, bool inside_line) {
    if (inside_line && last_)
      longest_ = std::clamp(when - *last_, longest_, std::max(longest_, most_believed));
    last_ = when;
  }
  /// The next pause is not the link's: the device waits for us.
  void restart() { last_.reset(); }
  /// A new reply: what is known of the link fades, it does not vanish.
  void fade() { longest_ /= 2; }
  /// Three times the longest pause, between `least` and `most`.
  [[nodiscard]] Duration settle(Duration least, Duration most) const {
    return std::clamp<Duration>(3 * longest_, least, std::max(least, most));
  }

 private:
  /// Longer ones are not the link's.
  static constexpr Duration most_believed = std::chrono::seconds(1);

  std::optional<Time> last_;
  Duration longest_{};
};

}  // namespace mcpssh::device
