#pragma once
#include <chrono>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "mcp/call.hpp"
#include "mcp/task_limits.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

class ChangeHub;

/// What the client sees of a tool call that may go on as a task, or does (extension
/// io.modelcontextprotocol/tasks of 2026-07-28): its status, what it asks, and how it ended. Lives on one
/// executor.
class ToolTask {
 public:
  /// No task yet: nobody knows of it.
  ToolTask(const base::Executor& executor, base::Clock clock, const TaskLimits& limits, ChangeHub& hub);

  /// From here on it is one; its lifetime begins.
  void begin(std::string id, std::string message);
  [[nodiscard]] bool begun() const { return !id_.empty(); }
  [[nodiscard]] const std::string& id() const { return id_; }

  /// The Task of a CreateTaskResult.
  [[nodiscard]] json::object seed() const;
  /// The DetailedTask of tasks/get and notifications/tasks. Once it says how the task ended, the task is not
  /// kept for long.
  json::object tell();

  /// The status message, for those who ask; listeners are not told.
  void say(std::string message);
  /// Asks the client and waits; nothing given when it does not answer within `patience`. Several questions
  /// may be open.
  base::Task<Answered> ask(Question question, std::chrono::milliseconds patience);
  /// The inputResponses of tasks/update; those to what is not asked are ignored. -32602, and nothing is
  /// taken, when one cannot be an answer.
  std::expected<void, RpcError> answer(const json::object& responses);

  /// Asks the work to end. Ignored when it has.
  void cancel();
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  /// Asks the work to end, and nobody may hear of it any more, nor of how it ended.
  void discard();
  [[nodiscard]] bool discarded() const { return discarded_; }
  /// Returns when the work has to end: it was cancelled, or its lifetime is over.
  base::Task<void> stopped();
  /// The work has ended: with what the call would have been answered, or, without `result`, because it had
  /// to.
  void end(std::optional<std::expected<json::object, RpcError>> result);
  [[nodiscard]] bool ended() const { return status_ != Status::open; }
  /// Returns when an ended task need not be kept any longer.
  base::Task<void> outdated();

 private:
  enum class Status { open, completed, failed, cancelled };
  struct Asked {
    Ability ability = Ability::form;
    json::object request;
    std::optional<json::object> answer;
  };
  class Open;

  [[nodiscard]] std::string_view word() const;
  [[nodiscard]] json::object waiting_for() const;
  void keep_a_while();
  void settle(std::expected<json::object, RpcError> result);
  void changed();

  base::Clock clock_;
  TaskLimits limits_;
  ChangeHub& hub_;
  base::Wakeup changed_;
  std::string id_, message_;
  std::string created_, updated_;
  std::chrono::steady_clock::time_point born_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  Status status_ = Status::open;
  bool cancelled_ = false;
  bool discarded_ = false;
  bool told_ = false;  ///< how it ended
  std::uint64_t asked_so_far_ = 0;
  std::map<std::string, Asked, std::less<>> questions_;
  json::object outcome_;  ///< the result, or the error
};

}  // namespace mcpssh::mcp
