#include "ssh/session/blocking.hpp"

#include <pthread.h>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <optional>

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;

/// Enough that a dead name server and a hanging agent do not keep the others waiting.
constexpr std::size_t threads = 4;

/// While it lives, threads are born with SIGPIPE blocked: libssh talks to the agent without MSG_NOSIGNAL.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// A service of the io_context, so that the threads have an owner that joins them.
class BlockingThreads : public asio::execution_context::service {
 public:
  using key_type = BlockingThreads;
  static asio::execution_context::id id;

  explicit BlockingThreads(asio::execution_context& context) : service(context) {
    const WithoutSigpipe inherited;
    pool_.emplace(threads);
  }
  [[nodiscard]] base::Executor executor() { return pool_->get_executor(); }

 private:
  void shutdown() override { pool_->join(); }
  std::optional<asio::thread_pool> pool_;
};

asio::execution_context::id BlockingThreads::id;

}  // namespace

base::Executor blocking_executor(const base::Executor& executor) {
  auto& context = asio::query(executor, asio::execution::context);
  return asio::use_service<BlockingThreads>(context).executor();
}

}  // namespace mcpssh::ssh
