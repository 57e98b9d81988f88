#pragma once
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/wakeup.hpp"
#include "bench.hpp"

namespace mcpssh::test {

struct Closed {
  std::string host;
  ssh::CloseReason reason;
};

/// How one acquire() ended.
struct Acquired {
  bool ended = false;
  ssh::Lease lease;
  std::optional<base::Error> error;
  bool cancelled = false;
};

/// A server with a throwaway user, whose login shell is a plain sh: that of whoever runs the tests may read
/// start-up files that take longer than everything measured here.
std::unique_ptr<OpensshServer> server_with_user(std::vector<std::string> config = {});
/// Logs that user in.
ssh::Target user_target(const OpensshServer& server, const TempDir& directory);

/// A pool on the test's own loop, which notes what it closes.
class PoolTest : public testing::Test {
 protected:
  ssh::Pool::Options options(std::chrono::milliseconds idle = 1h) {
    ssh::Pool::Options with;
    with.threads = 2;
    with.idle_timeout = idle;
    with.on_closed = [this](const std::string& host, const ssh::ConnectionFacts&, ssh::CloseReason reason) {
      closed_.push_back({host, reason});
      changed_.notify();
    };
    return with;
  }
  ssh::Lease acquire(ssh::Target target) { return loop_.run(pool_->acquire(std::move(target))); }
  base::Error acquire_error(ssh::Target target) { return error_of(loop_, pool_->acquire(std::move(target))); }
  /// Starts an acquire; `signal` cancels it.
  std::shared_ptr<Acquired> start_acquire(ssh::Target target, ssh::Pool::Opened opened = {},
                                          base::asio::cancellation_signal* signal = nullptr);
  void wait_for(const Acquired& acquired) { loop_.run_until(acquired.ended); }

  Said run(const ssh::Lease& lease, const std::string& command) {
    return loop_.run(hopped(lease.connection(), command));
  }
  static base::Task<Said> hopped(std::shared_ptr<ssh::Connection> connection, std::string command) {
    co_return co_await base::hop(connection->executor(), exec(connection, std::move(command)));
  }
  /// A command that runs while the test goes on.
  struct Running {
    bool ended = false;
    Said said;
  };
  std::shared_ptr<Running> start(const ssh::Lease& lease, const std::string& command);

  base::Task<void> until_closed(std::size_t count) {
    while (closed_.size() < count) co_await changed_.wait();
  }
  base::Task<void> pause(std::chrono::milliseconds time) {
    base::asio::steady_timer timer(loop_.executor(), time);
    co_await timer.async_wait(base::asio::use_awaitable);
  }

  TempDir directory_;
  Loop loop_;
  std::vector<Closed> closed_;
  base::Wakeup changed_{loop_.executor()};
  std::optional<ssh::Pool> pool_{std::in_place, loop_.executor(), options()};
};

}  // namespace mcpssh::test
