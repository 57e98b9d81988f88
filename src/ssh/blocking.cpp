#include "ssh/blocking.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;

/// Enough that a dead name server and a hanging agent do not keep the others waiting.
constexpr std::size_t threads = 4;

/// A service of the io_context, so that the threads have an owner that joins them.
class BlockingThreads : public asio::execution_context::service {
 public:
  using key_type = BlockingThreads;
  static asio::execution_context::id id;

  explicit BlockingThreads(asio::execution_context& context) : service(context), pool_(threads) {}
  [[nodiscard]] base::Executor strand() { return asio::make_strand(pool_.get_executor()); }

 private:
  void shutdown() override { pool_.join(); }
  asio::thread_pool pool_;
};

asio::execution_context::id BlockingThreads::id;

}  // namespace

base::Executor blocking_strand(const base::Executor& executor) {
  auto& context = asio::query(executor, asio::execution::context);
  return asio::use_service<BlockingThreads>(context).strand();
}

}  // namespace mcpssh::ssh
