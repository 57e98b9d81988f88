#pragma once
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/task.hpp"

/// The only thread crossing of the house (lint: nothing else may co_spawn onto a foreign executor).
///
/// `co_await hop(there, work())` runs `work()` on `there` and resumes here with its result or exception.
/// Cancelling the await cancels `work` and waits for it to unwind. The signal that carries the cancellation
/// is touched only on `there`: `co_spawn(there, ..., use_awaitable)` of Boost 1.81 emits it here and crashes
/// under load.
namespace mcpssh::base {
namespace hop_detail {

template <class T>
struct Launch {
  template <class Handler>
  void operator()(Handler handler, Executor there, asio::awaitable<std::optional<T>> work) const {
    auto here = asio::get_associated_executor(handler);
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto signal = std::make_shared<asio::cancellation_signal>();
    if (slot.is_connected()) {
      slot.assign([there, signal](asio::cancellation_type type) {
        asio::post(there, [signal, type] { signal->emit(type); });
      });
    }
    auto finish = [signal, here, slot, guard = asio::make_work_guard(here), handler = std::move(handler)](
                      std::exception_ptr failure, std::optional<T> value) mutable {
      asio::post(here, [failure, value = std::move(value), slot, handler = std::move(handler)]() mutable {
        if (slot.is_connected()) slot.clear();
        std::move(handler)(failure, std::move(value));
      });
    };
    asio::post(there, [there, signal, work = std::move(work), finish = std::move(finish)]() mutable {
      asio::co_spawn(there, std::move(work), asio::bind_cancellation_slot(signal->slot(), std::move(finish)));
    });
  }
};

template <class T>
asio::awaitable<std::optional<T>> boxed(asio::awaitable<T> work) {
  T value = co_await std::move(work);
  co_return std::optional<T>(std::move(value));
}

inline asio::awaitable<std::optional<char>> boxed(asio::awaitable<void> work) {
  co_await std::move(work);
  co_return std::optional<char>('\0');
}

template <class T>
asio::awaitable<T> run(Executor there, asio::awaitable<std::optional<T>> work) {
  Launch<T> launch;
  auto value = co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                             void(std::exception_ptr, std::optional<T>)>(
      launch, asio::use_awaitable, std::move(there), std::move(work));
  co_return std::move(*value);
}

inline asio::awaitable<void> run_void(Executor there, asio::awaitable<std::optional<char>> work) {
  co_await run<char>(std::move(there), std::move(work));
}

}  // namespace hop_detail

/// See above. `work` must not refer to anything that dies before it has unwound.
template <class T>
Task<T> hop(Executor there, Task<T> work) {
  return hop_detail::run<T>(std::move(there), hop_detail::boxed(std::move(work)));
}

inline Task<void> hop(Executor there, Task<void> work) {
  return hop_detail::run_void(std::move(there), hop_detail::boxed(std::move(work)));
}

}  // namespace mcpssh::base
