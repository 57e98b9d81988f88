#pragma once
#include <chrono>
#include <cstddef>

namespace mcpssh::mcp {

/// Bounds of the tasks of one server. The defaults are for use; tests turn them down.
struct TaskLimits {
  std::size_t most = 1024;       ///< running ones and ended ones whose result is kept, of all principals
  std::size_t most_of_one = 64;  ///< of one principal
  /// How long a task exists at most: a day to run, and an hour to come for the result. What still runs then
  /// is stopped.
  std::chrono::milliseconds lifetime = std::chrono::hours(25);
  /// How long an ended one is kept after its client was told so, or cancelled it.
  std::chrono::milliseconds kept = std::chrono::minutes(10);
  /// How often clients are asked to poll.
  std::chrono::milliseconds poll = std::chrono::seconds(2);
};

}  // namespace mcpssh::mcp
