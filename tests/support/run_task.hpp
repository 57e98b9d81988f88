#pragma once
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "base/task.hpp"

namespace mcpssh::test {

/// Runs `task` on `io` until it is done and returns its result or throws its exception.
template <class T>
T run_task(base::asio::io_context& io, base::Task<T> task) {
  std::exception_ptr failure;
  std::optional<T> result;
  bool done = false;
  base::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, T value) {
    failure = thrown;
    if (!thrown) result.emplace(std::move(value));
    done = true;
  });
  io.restart();
  while (!done) io.run_one();
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

inline void run_task(base::asio::io_context& io, base::Task<void> task) {
  std::exception_ptr failure;
  bool done = false;
  base::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown) {
    failure = thrown;
    done = true;
  });
  io.restart();
  while (!done) io.run_one();
  if (failure) std::rethrow_exception(failure);
}

/// Starts `task`, cancels it after `delay` and returns what it threw; null when it ended well.
template <class T>
std::exception_ptr run_cancelled(base::asio::io_context& io, base::Task<T> task,
                                 std::chrono::milliseconds delay) {
  std::exception_ptr failure;
  bool done = false;
  base::asio::cancellation_signal signal;
  base::asio::co_spawn(io, std::move(task),
                       base::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, T) {
                         failure = thrown;
                         done = true;
                       }));
  base::asio::steady_timer timer(io, delay);
  timer.async_wait([&](boost::system::error_code error) {
    if (!error) signal.emit(base::asio::cancellation_type::terminal);
  });
  io.restart();
  while (!done) io.run_one();
  return failure;
}

}  // namespace mcpssh::test
