#pragma once
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/wakeup.hpp"
#include "mcp/peer/job.hpp"
#include "mcp/peer/live_call.hpp"
#include "mcp/peer/round_trip.hpp"
#include "mcp/task/task_board.hpp"

namespace mcpssh::mcp {

/// A tool call of the modern era that may go on as a task. It runs apart from its request, which waits for
/// its answer: the result, or the task it became. Until then it ends with its request, after that with its
/// task. The board owns it.
class TaskRun : public ModernCall {
 public:
  TaskRun(Service& service, const base::Executor& executor, Job job, Round round, Voice voice);

  /// Starts it and gives its answer. Cancelled: cancels the call, and returns when that has unwound.
  static base::Task<Performed> perform(std::shared_ptr<TaskRun> run);

  bool become_task(std::string message) override;
  base::Task<Answered> ask(Question question) override;
  void progress(double done, std::optional<double> total, std::string message) override;
  void log(LogLevel level, base::json::value data) override;

 private:
  static base::Task<void> run(std::shared_ptr<TaskRun> self);
  base::Task<std::optional<Performed>> play_out();
  base::Task<void> answered();
  void answer(Performed result);

  Service& service_;
  Job job_;
  StateBinding binding_;
  std::shared_ptr<ToolTask> task_;
  std::optional<Performed> answer_;
  base::Wakeup told_;
};

}  // namespace mcpssh::mcp
