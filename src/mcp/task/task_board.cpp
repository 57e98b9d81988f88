#include "mcp/task/task_board.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::size_t id_bytes = 16;

using RightsRef = std::shared_ptr<const base::Rights>;

bool alike(const RightsRef& one, const RightsRef& other) {
  return one == other || (one && other && *one == *other);
}

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
  posted_.emplace(task->id(), Posted{principal.name, principal.rights, task});
  return true;
}

std::shared_ptr<ToolTask> TaskBoard::find(std::string_view id, const base::Principal& principal) const {
  const auto found = posted_.find(id);
  if (found == posted_.end()) return nullptr;
  const auto& posted = found->second;
  return posted.owner == principal.name && alike(posted.rights, principal.rights) ? posted.task : nullptr;
}

void TaskBoard::forget(const std::string& owner) {
  std::erase_if(posted_, [&owner](const auto& entry) {
    const bool theirs = entry.second.owner == owner;
    if (theirs) entry.second.task->discard();
    return theirs;
  });
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
