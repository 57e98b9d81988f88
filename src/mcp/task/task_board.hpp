#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "base/principal.hpp"
#include "mcp/task/tool_task.hpp"
#include "mcp/task_limits.hpp"

namespace mcpssh::mcp {

/// The tasks of one server, each its principal's and unknown to others, and the owner of the calls that may
/// become tasks. Lives on one executor.
class TaskBoard {
 public:
  TaskBoard(const TaskLimits& limits, base::Clock clock, ChangeHub& hub, base::Log log);

  /// For a call that may become a task; not on the board yet.
  [[nodiscard]] std::shared_ptr<ToolTask> prepare(const base::Executor& executor) const;
  /// Makes it a task of `principal`, under an id that cannot be guessed. False when there are too many.
  bool post(const std::shared_ptr<ToolTask>& task, const base::Principal& principal, std::string message);
  /// Null when `principal` has no such task under the rights it has, whoever else has: what was done under
  /// other rights may be more than it may see.
  [[nodiscard]] std::shared_ptr<ToolTask> find(std::string_view id, const base::Principal& principal) const;
  void remove(const std::string& id) { posted_.erase(id); }
  /// Cancels and removes all tasks of the principal called `owner`, whatever its rights.
  void forget(const std::string& owner);

  /// Runs `work` until it ends or `end`, all on one executor.
  void start(const base::Executor& executor, std::string name, base::Task<void> work);
  /// Cancels all work, waits for it, and forgets all tasks.
  base::Task<void> end();

 private:
  struct Posted {
    std::string owner;
    std::shared_ptr<const base::Rights> rights;  ///< of the owner when it was posted
    std::shared_ptr<ToolTask> task;
  };

  TaskLimits limits_;
  base::Clock clock_;
  ChangeHub& hub_;
  base::Log log_;
  std::optional<base::Nursery> work_;  ///< from the first start on, which brings the executor
  std::map<std::string, Posted, std::less<>> posted_;
};

}  // namespace mcpssh::mcp
