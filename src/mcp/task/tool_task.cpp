#include "mcp/task/tool_task.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mcp/elicitation.hpp"
#include "mcp/lists/news.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

std::chrono::steady_clock::time_point now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

/// One open question; it is asked no longer when this goes.
class ToolTask::Open {
 public:
  Open(ToolTask& task, Question question) : task_(task) {
    // A key names one question as long as the task lives, also when a tool asks the same twice.
    const std::string name = question.name.empty() ? "input" : question.name;
    name_ = fmt::format("{}_{}", name, ++task_.asked_so_far_);
    Asked asked;
    asked.ability = question.ability;
    asked.request = input_request(std::move(question));
    task_.questions_.emplace(name_, std::move(asked));
    task_.changed();
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() { task_.questions_.erase(name_); }
  [[nodiscard]] const std::optional<json::object>& answer() const {
    return task_.questions_.at(name_).answer;
  }

 private:
  ToolTask& task_;
  std::string name_;
};

ToolTask::ToolTask(const base::Executor& executor, base::Clock clock, const TaskLimits& limits,
                   ChangeHub& hub)
    : clock_(std::move(clock)), limits_(limits), hub_(hub), changed_(executor) {}

void ToolTask::begin(std::string id, std::string message) {
  id_ = std::move(id);
  message_ = std::move(message);
  created_ = updated_ = base::rfc3339(clock_.wall());
  born_ = now();
  deadline_ = born_ + limits_.lifetime;
  changed_.notify();
}

std::string_view ToolTask::word() const {
  switch (status_) {
    case Status::open:
      return waiting_for().empty() ? "working" : "input_required";
    case Status::completed:
      return "completed";
    case Status::failed:
      return "failed";
    case Status::cancelled:
      break;
  }
  return "cancelled";
}

json::object ToolTask::waiting_for() const {
  json::object requests;
  for (const auto& [name, asked] : questions_)
    if (!asked.answer) requests[name] = asked.request;
  return requests;
}

json::object ToolTask::seed() const {
  const auto lifetime = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - born_);
  json::object task;
  task["taskId"] = id_;
  task["status"] = word();
  if (!message_.empty()) task["statusMessage"] = message_;
  task["createdAt"] = created_;
  task["lastUpdatedAt"] = updated_;
  task["ttlMs"] = std::max<std::int64_t>(lifetime.count(), 1);
  task["pollIntervalMs"] = limits_.poll.count();
  return task;
}

json::object ToolTask::tell() {
  if (ended() && !told_) {
    told_ = true;
    keep_a_while();
  }
  auto task = seed();
  if (auto requests = waiting_for(); status_ == Status::open && !requests.empty())
    task["inputRequests"] = std::move(requests);
  if (status_ == Status::completed) task["result"] = outcome_;
  if (status_ == Status::failed) task["error"] = outcome_;
  return task;
}

void ToolTask::keep_a_while() {
  deadline_ = std::min(deadline_, now() + limits_.kept);
  changed_.notify();
}

void ToolTask::say(std::string message) {
  message_ = std::move(message);
  updated_ = base::rfc3339(clock_.wall());
}

base::Task<Answered> ToolTask::ask(Question question, std::chrono::milliseconds patience) {
  Answered answered;
  const auto until = now() + patience;
  {
    const Open open(*this, std::move(question));
    bool awaited = true;
    while (awaited && !open.answer()) awaited = co_await changed_.wait_until(until);
    if (open.answer()) {
      answered.result = *open.answer();
      answered.state = Answered::State::given;
    }
  }
  if (answered.state == Answered::State::none) changed();
  co_return answered;
}

std::expected<void, RpcError> ToolTask::answer(const json::object& responses) {
  std::map<std::string, json::object> read;
  for (const auto& [name, response] : responses) {
    const auto found = questions_.find(std::string_view(name));
    if (found == questions_.end() || found->second.answer) continue;
    auto given = read_answer(found->second.ability, response);
    if (!given) return std::unexpected(std::move(given.error()));
    read.emplace(name, std::move(*given));
  }
  if (read.empty()) return {};
  for (auto& [name, given] : read) questions_.at(name).answer = std::move(given);
  changed();
  return {};
}

void ToolTask::cancel() {
  if (ended()) return;
  cancelled_ = true;
  changed_.notify();
}

void ToolTask::discard() {
  cancelled_ = discarded_ = true;
  changed_.notify();
}

base::Task<void> ToolTask::stopped() {
  while (!cancelled_) {
    const bool woken = co_await changed_.wait_until(deadline_);
    if (!woken) co_return;
  }
}

void ToolTask::end(std::optional<std::expected<json::object, RpcError>> result) {
  if (result) {
    settle(std::move(*result));
  } else if (cancelled_) {
    status_ = Status::cancelled;
    message_ = "cancelled";
  } else {
    // Its time is over, but who asks or listens should hear so.
    deadline_ = now() + limits_.kept;
    settle(std::unexpected(
        RpcError{protocol::code::internal_error, "the task took longer than it may and was stopped", {}}));
  }
  if (cancelled_) keep_a_while();  // who cancels need not come back
  changed();
}

void ToolTask::settle(std::expected<json::object, RpcError> result) {
  message_.clear();
  if (result) {
    status_ = Status::completed;
    outcome_ = std::move(*result);
    return;
  }
  status_ = Status::failed;
  message_ = result.error().message;
  outcome_ = to_json(result.error());
}

base::Task<void> ToolTask::outdated() {
  while (!discarded_) {
    const bool woken = co_await changed_.wait_until(deadline_);
    if (!woken) co_return;
  }
}

void ToolTask::changed() {
  updated_ = base::rfc3339(clock_.wall());
  hub_.task_changed(id_);
  changed_.notify();
}

}  // namespace mcpssh::mcp
