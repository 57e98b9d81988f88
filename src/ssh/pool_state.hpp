#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <memory>
#include <vector>

#include "base/wakeup.hpp"
#include "ssh/connection_thread.hpp"
#include "ssh/pool.hpp"

namespace mcpssh::ssh {

/// A connection the pool holds.
struct PooledConnection {
  PooledConnection(base::Executor executor, Target opened_for, std::shared_ptr<Connection> opened)
      : target(std::move(opened_for)),
        connection(std::move(opened)),
        facts(connection->facts()),
        idle_alarm(executor) {}
  Target target;
  std::shared_ptr<Connection> connection;
  ConnectionFacts facts;
  std::size_t leases = 0;
  base::MonoTime idle_since = std::chrono::steady_clock::now();
  base::asio::steady_timer idle_alarm;
  CloseReason reason = CloseReason::lost;  ///< unless we close it
  bool closing = false;                    ///< takes no more leases
  bool outdated = false;                   ///< the host's target changed: closes with its last lease
};

/// A connect that one or more callers wait for.
struct PendingConnect {
  PendingConnect(const base::Executor& executor, Target connecting_to)
      : target(std::move(connecting_to)), finished(executor) {}
  Target target;
  std::size_t waiters = 0;
  bool done = false, abandoned = false, fresh_taken = false;
  std::exception_ptr failure;
  std::shared_ptr<PooledConnection> opened;
  base::Wakeup finished;
  base::asio::cancellation_signal cancel;
};

/// The pool proper. Shared by its own coroutines and by leases, which may end after the Pool: the threads'
/// contexts live as long. Everything here happens on `executor`.
struct Pool::State : std::enable_shared_from_this<Pool::State> {
  using ConnectionPtr = std::shared_ptr<PooledConnection>;
  using PendingPtr = std::shared_ptr<PendingConnect>;

  State(base::Executor on, Options with);

  static base::Task<Lease> acquire(std::shared_ptr<State> self, Target target);
  static base::Task<HostKey> host_key(std::shared_ptr<State> self, Target target, std::string type);
  bool close_host(const std::string& host, CloseReason reason);
  void set_idle_timeout(std::chrono::milliseconds timeout);
  void shut_down();

  ConnectionPtr free_connection(const Target& target) const;
  PendingPtr pending_connect(const Target& target);
  void start_connect(const PendingPtr& pending);
  static base::Task<void> connect(std::shared_ptr<State> self, PendingPtr pending);
  static base::Task<void> watch(std::shared_ptr<State> self, ConnectionPtr pooled);
  void retire_outdated(const Target& target);
  void close(const ConnectionPtr& pooled, CloseReason reason);
  void ended(const ConnectionPtr& pooled);
  Lease lease(const ConnectionPtr& pooled, bool fresh);
  void give_back(const ConnectionPtr& pooled);
  void arm_idle_alarm(const ConnectionPtr& pooled);
  ConnectionThread& next_thread();

  base::Executor executor;
  Options options;
  std::vector<std::unique_ptr<ConnectionThread>> threads;
  std::size_t threads_used = 0;
  std::vector<ConnectionPtr> connections;  ///< until they have ended
  std::vector<PendingPtr> pending;
  bool shut = false;
};

}  // namespace mcpssh::ssh
