#pragma once
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace mcpssh::ssh {

/// What a coroutine came to. In a race a failure has to count as an end: Asio's `||` would wait for the other
/// side.
template <class T>
struct Outcome {
  std::exception_ptr failure;
  std::optional<T> value;
};

template <class T>
base::Task<Outcome<T>> caught(base::Task<T> work) {
  Outcome<T> outcome;
  try {
    outcome.value = co_await std::move(work);
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  co_return outcome;
}

/// What `work` came to, or nothing when `deadline` passed first: `work` was cancelled then and has unwound.
/// Cancelling cancels `work`; its exception comes through.
template <class T>
base::Task<std::optional<T>> within(base::MonoTime deadline, base::Task<T> work) {
  using namespace base::asio::experimental::awaitable_operators;
  auto executor = co_await base::asio::this_coro::executor;
  base::asio::steady_timer alarm(executor, deadline);
  auto first = co_await (caught(std::move(work)) || alarm.async_wait(base::asio::use_awaitable));
  if (first.index() != 0) co_return std::nullopt;
  auto& outcome = std::get<0>(first);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  co_return std::move(outcome.value);
}

namespace race_detail {
inline base::Task<bool> then_true(base::Task<void> work) {
  co_await std::move(work);
  co_return true;
}
}  // namespace race_detail

/// The same for work without a result: true when it is done.
inline base::Task<std::optional<bool>> within(base::MonoTime deadline, base::Task<void> work) {
  return within(deadline, race_detail::then_true(std::move(work)));
}

}  // namespace mcpssh::ssh
