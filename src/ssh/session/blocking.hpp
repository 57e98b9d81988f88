#pragma once
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/task.hpp"

namespace mcpssh::ssh {

/// The few threads for what blocks: DNS, key decryption, the agent, known_hosts. They belong to the context
/// of `executor` and end with it. For plain functions only; coroutines cross threads with base::hop.
base::Executor blocking_executor(const base::Executor& executor);

namespace blocking_detail {

/// Calls `work` there and completes here. Knows no cancellation: a blocking call cannot be interrupted.
template <class Result>
struct Launch {
  template <class Handler, class Work>
  void operator()(Handler handler, base::Executor there, Work work) const {
    auto here = base::asio::get_associated_executor(handler);
    auto run = [here, guard = base::asio::make_work_guard(here), work = std::move(work),
                handler = std::move(handler)]() mutable {
      std::exception_ptr failure;
      std::optional<Result> result;
      try {
        result.emplace(work());
      } catch (...) {
        failure = std::current_exception();
      }
      auto finish = [failure = std::move(failure), result = std::move(result),
                     handler = std::move(handler)]() mutable {
        std::move(handler)(std::move(failure), std::move(result));
      };
      base::asio::post(here, std::move(finish));
    };
    base::asio::post(there, std::move(run));
  }
};

}  // namespace blocking_detail

/// Calls `work` on such a thread and resumes here with its result or exception. Cancelling waits for it to
/// return, so `work` may refer to the caller's frame.
template <class Work>
base::Task<std::invoke_result_t<Work&>> off_thread(Work work) {
  using Result = std::invoke_result_t<Work&>;
  auto executor = co_await base::asio::this_coro::executor;
  auto there = blocking_executor(executor);
  blocking_detail::Launch<Result> launch;
  auto result = co_await base::asio::async_initiate<const base::asio::use_awaitable_t<>,
                                                    void(std::exception_ptr, std::optional<Result>)>(
      launch, base::asio::use_awaitable, std::move(there), std::move(work));
  co_return std::move(*result);
}

}  // namespace mcpssh::ssh
