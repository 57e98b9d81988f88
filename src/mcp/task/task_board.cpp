#include "mcp/task/task_board.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::size_t id_bytes = 16;

}  // namespace

TaskBoard::TaskBoard(const TaskLimits& limits, base::Clock clock, ChangeHub& hub, base::Log log)
    : limits_(limits), clock_(std::move(clock)), hub_(hub), log_(std::move(log)) {}

std::shared_ptr<ToolTask> TaskBoard::prepare(const base::Executor& executor) const {
  return std::make_shared<ToolTask>(executor, clock_, limits_, hub_);
}

bool TaskBoard::post(const std::shared_ptr<ToolTask>& task, const base::Principal& principal,
                     std::string message) {
  const auto owned =
      std::ranges::count_if(posted_, [&](const auto& entry) { return entry.second.owner == principal.name; });
  if (posted_.size() >= limits_.most || static_cast<std::size_t>(owned) >= limits_.most_of_one) return false;
  task->begin("task_" + base::random_hex(id_bytes), std::move(message));
  posted_.emplace(task->id(), Posted{principal.name, task});
  return true;
}

std::shared_ptr<ToolTask> TaskBoard::find(std::string_view id, const base::Principal& principal) const {
  const auto found = posted_.find(id);
  return found == posted_.end() || found->second.owner != principal.name ? nullptr : found->second.task;
}

void TaskBoard::start(const base::Executor& executor, std::string name, base::Task<void> work) {
  if (!work_) work_.emplace(executor, log_);
  work_->start(std::move(name), std::move(work));
}

base::Task<void> TaskBoard::end() {
  if (work_) {
    work_->cancel();
    co_await work_->join();
  }
  posted_.clear();
}

}  // namespace mcpssh::mcp
