#pragma once
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/task.hpp"

namespace mcpssh::base {

/// Owns background coroutines of one executor, so that none outlives what it works on: start them, cancel
/// them, and await join() before the objects they use die. Not thread-safe.
class Nursery {
 public:
  Nursery(Executor executor, Log log);
  ~Nursery();
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;

  /// Runs `work` until it ends. An exception that leaves it is logged under `name`, except for a
  /// cancellation.
  void start(std::string name, Task<void> work);
  /// Asks all that run now to end.
  void cancel();
  /// Returns when none is left.
  Task<void> join();
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::base
