#include "base/slow_calls.hpp"

#include <pthread.h>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace mcpssh::base::slow_detail {
namespace {

constexpr std::size_t most_threads = 4;
constexpr std::size_t most_waiting = 64;
/// For those that are about to return when the context ends.
constexpr auto farewell = std::chrono::seconds(1);

/// What the threads share with the service. They may outlive it, and everything else but the process.
struct Work {
  std::mutex mutex;
  std::condition_variable news;
  std::deque<std::pair<Executor, Job>> jobs;
  std::size_t threads = 0, idle = 0;
  bool ended = false;
};

void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // they are the main thread's
}

void work_off(const std::shared_ptr<Work>& work) {
  block_signals();
  std::unique_lock lock(work->mutex);
  for (;;) {
    ++work->idle;
    work->news.wait(lock, [&] { return work->ended || !work->jobs.empty(); });
    --work->idle;
    if (work->ended) break;
    auto [executor, job] = std::move(work->jobs.front());
    work->jobs.pop_front();
    lock.unlock();
    auto then = job();
    job = nullptr;
    lock.lock();
    // Under the lock: the context cannot end meanwhile.
    if (!work->ended) asio::post(executor, std::move(then));
  }
  --work->threads;
  work->news.notify_all();
}

class SlowThreads : public asio::execution_context::service {
 public:
  using key_type = SlowThreads;
  static asio::execution_context::id id;

  explicit SlowThreads(asio::execution_context& context) : service(context) {}

  bool start(const Executor& executor, Job job) {
    const std::lock_guard lock(work_->mutex);
    if (work_->jobs.size() >= most_waiting) return false;
    work_->jobs.emplace_back(executor, std::move(job));
    if (work_->idle < work_->jobs.size() && work_->threads < most_threads) {
      std::thread(work_off, work_).detach();
      ++work_->threads;
    }
    work_->news.notify_all();
    return true;
  }

 private:
  void shutdown() override {
    std::unique_lock lock(work_->mutex);
    work_->ended = true;
    work_->jobs.clear();
    work_->news.notify_all();
    work_->news.wait_for(lock, farewell, [this] { return work_->threads == 0; });
  }

  std::shared_ptr<Work> work_ = std::make_shared<Work>();
};

asio::execution_context::id SlowThreads::id;

}  // namespace

bool start(const Executor& executor, Job job) {
  auto& context = asio::query(executor, asio::execution::context);
  return asio::use_service<SlowThreads>(context).start(executor, std::move(job));
}

}  // namespace mcpssh::base::slow_detail
