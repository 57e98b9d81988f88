#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/duplex.hpp"
#include "base/error.hpp"
#include "base/task.hpp"

namespace mcpssh::device {

/// Reads ahead from a Duplex, so that waiting with a deadline loses no bytes and what came between two lines
/// is seen. Bounded: stops reading while a megabyte waits. A resource; lives on the stream's executor.
/// Destroying it ends the reading and the stream.
class Feed {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Feed(std::unique_ptr<base::Duplex> stream);
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed();

  /// Begins to read. Call once, on the stream's executor.
  base::Task<void> open();
  /// The bytes that have arrived, waiting for some until `deadline`; empty at the deadline or when the stream
  /// ended.
  base::Task<std::string> next(Time deadline);
  /// The bytes that have arrived, without waiting.
  std::string take();
  /// Writes all of `bytes`; false when the other side did not take them by `deadline` (then a part may be
  /// sent).
  base::Task<bool> write(std::string bytes, Time deadline);

  [[nodiscard]] bool ended() const;
  /// Why the stream broke; nothing while it is open or when the other side closed it.
  [[nodiscard]] std::optional<base::Error> failure() const;
  /// When the last bytes came.
  [[nodiscard]] Time last_arrival() const;

 private:
  struct State;
  static base::Task<void> pump(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::device
