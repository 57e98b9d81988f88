#pragma once
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/task.hpp"
#include "base/wakeup.hpp"

/// What may block for minutes and cannot be interrupted, such as asking the account service (NSS).
namespace mcpssh::base {
namespace slow_detail {

/// Runs on a thread; what it returns is then called on the executor.
using Job = std::function<std::function<void()>()>;
/// One of the few threads that belong to the context of `executor` runs `job`. False when too many wait.
bool start(const Executor& executor, Job job);

/// The waiting coroutine's; the thread only knows of it, as it may outlive the context.
template <class Result>
struct Slot {
  explicit Slot(const Executor& executor) : there(executor) {}
  std::shared_ptr<Result> result;  ///< null: it threw
  bool answered = false;
  Wakeup there;
};

}  // namespace slow_detail

/// What `work` returns; nothing when it threw, when `within` passed first, or when too many others wait. Then
/// `work` may still run, and what it returns is thrown away: it must own whatever it uses. A context that
/// ends waits a second for those that run and leaves them to the end of the process. Cancelling gives up the
/// wait.
template <class Work>
Task<std::optional<std::invoke_result_t<Work&>>> slow_call(Work work, std::chrono::milliseconds within) {
  using Result = std::invoke_result_t<Work&>;
  const auto executor = co_await asio::this_coro::executor;
  const auto deadline = std::chrono::steady_clock::now() + within;
  const auto slot = std::make_shared<slow_detail::Slot<Result>>(executor);
  slow_detail::Job job = [waiting = std::weak_ptr(slot), work = std::move(work)]() mutable {
    std::shared_ptr<Result> result;
    try {
      result = std::make_shared<Result>(work());
    } catch (...) {
      result.reset();  // it has none
    }
    return [waiting, result] {
      const auto waiter = waiting.lock();
      if (!waiter) return;
      waiter->result = result;
      waiter->answered = true;
      waiter->there.notify();
    };
  };
  bool in_time = slow_detail::start(executor, std::move(job));
  while (in_time && !slot->answered) in_time = co_await slot->there.wait_until(deadline);
  if (!slot->result) co_return std::nullopt;
  co_return std::move(*slot->result);
}

}  // namespace mcpssh::base
