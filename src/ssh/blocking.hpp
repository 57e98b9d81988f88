#pragma once
#include <boost/asio/this_coro.hpp>
#include <type_traits>
#include <utility>

#include "base/hop.hpp"

namespace mcpssh::ssh {

/// A strand of the few threads for what blocks: DNS, key decryption, the agent, known_hosts. They belong to
/// the context of `executor` and end with it.
base::Executor blocking_strand(const base::Executor& executor);

namespace blocking_detail {
template <class Work>
base::Task<std::invoke_result_t<Work&>> call(Work work) {
  co_return work();
}
}  // namespace blocking_detail

/// Calls `work` on such a thread and resumes here with its result or exception. Cancelling waits for it to
/// return, so `work` may refer to the caller's frame.
template <class Work>
base::Task<std::invoke_result_t<Work&>> off_thread(Work work) {
  auto executor = co_await base::asio::this_coro::executor;
  auto there = blocking_strand(executor);
  auto task = blocking_detail::call(std::move(work));
  co_return co_await base::hop(there, std::move(task));
}

}  // namespace mcpssh::ssh
