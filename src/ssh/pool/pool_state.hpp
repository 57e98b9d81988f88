#pragma once
#include <deque>
#include <map>
#include <memory>
#include <random>

#include "ssh/pool/pooled_connection.hpp"

namespace mcpssh::ssh {

/// The pool proper. Shared by its own coroutines and by leases, which may end after the Pool: the threads'
/// contexts live as long. Everything here happens on `executor`.
struct Pool::State : std::enable_shared_from_this<Pool::State> {
  using ConnectionPtr = std::shared_ptr<PooledConnection>;
  using PendingPtr = std::shared_ptr<PendingConnect>;
  using HostPtr = std::shared_ptr<HostConnections>;

  State(base::Executor on, Options with);

  static base::Task<Lease> acquire(std::shared_ptr<State> self, Target target, Opened opened);
  static base::Task<HostKey> host_key(std::shared_ptr<State> self, Target target, std::string type,
                                      Opened opened);

  // pool_queue.cpp: who gets which connection.
  class Place;
  static base::Task<Grant> wait_for(std::shared_ptr<State> self, std::shared_ptr<const Target> target,
                                    Use use, Opened opened, bool* fresh = nullptr);
  HostPtr host_for(const Target& target);
  HostPtr host_named(const std::string& name) const;
  /// To be called whenever something about `host` has changed: answers the waiters it can and starts the
  /// connects that are needed and allowed.
  void serve(const HostPtr& host);
  bool grant(const HostPtr& host, PoolWaiter& waiter);
  bool refuse_backing_off(const HostPtr& host, PoolWaiter& waiter) const;
  bool claim(const HostPtr& host, const PoolWaiter& waiter);
  bool may_connect(const HostPtr& host, const PoolWaiter& waiter);
  bool room_in_all(const HostPtr& host, const PoolWaiter& waiter);
  void close_longest_idle();
  void arm_retry(const HostPtr& host);
  void slot_freed();
  void forget_if_empty(const HostPtr& host);

  // pool_connect.cpp: a connect and what becomes of it.
  void start_connect(const HostPtr& host, const PoolWaiter& waiter);
  void abandon_unwanted(const HostPtr& host);
  static void abandon(PendingConnect& pending);
  static base::Task<void> end_connects(std::shared_ptr<State> self);
  static base::Task<void> connect(std::shared_ptr<State> self, HostPtr host, PendingPtr pending);
  static base::Task<std::shared_ptr<Connection>> open(std::shared_ptr<State> self, PendingPtr pending);
  void connected(const HostPtr& host, const PendingPtr& pending, std::shared_ptr<Connection> connection);
  void failed(const HostPtr& host, const PendingPtr& pending, const std::exception_ptr& failure);
  void note_failure(HostConnections& host, const PendingConnect& pending, bool others_live,
                    const std::exception_ptr& failure);
  ConnectionThread& next_thread();
  void remember_shell(const PooledConnection& pooled);
  std::optional<LearnedShell> learned_shell(const std::string& host, const Target& identity) const;

  // pool_life.cpp: a connection from its first lease to its end.
  /// ended() follows when the connection has ended, whoever ended it.
  void watch(const ConnectionPtr& pooled);
  void ended(const ConnectionPtr& pooled);
  class Hold;
  Grant grant_on(const ConnectionPtr& pooled, Use use);
  Lease lease(Grant grant, bool fresh);
  void give_back(const ConnectionPtr& pooled, Use use, bool refused);
  bool no_more_channels(const ConnectionPtr& pooled);
  void retire_outdated(HostConnections& host);
  bool retire(const ConnectionPtr& pooled, CloseReason reason);
  void close(const ConnectionPtr& pooled, CloseReason reason);
  void close_carried(const ConnectionPtr& carrier, CloseReason reason);
  bool close_host(const std::string& name, CloseReason reason);
  Closed close_host_when_idle(const std::string& name, CloseReason reason,
                              const std::function<bool(std::uint64_t)>& which);
  void arm_idle_alarm(const ConnectionPtr& pooled);
  void set_idle_timeout(std::chrono::milliseconds timeout);
  void shut_down();

  base::Executor executor;
  Options options;
  std::vector<std::unique_ptr<ConnectionThread>> threads;
  std::size_t threads_used = 0;
  std::map<std::string, HostPtr> hosts;
  std::map<std::string, ProvedBefore> shells;  ///< by host; outlives its connections
  base::Wakeup connect_ended{executor};
  std::size_t slots_used = 0;   ///< connections and connects
  std::deque<HostPtr> starved;  ///< hosts with waiters that only Options::connections holds up
  std::size_t making_room = 0;  ///< connections closing for them
  std::uint64_t last_waiter = 0;
  std::uint64_t last_connection = 0;
  std::minstd_rand random{std::random_device()()};
  bool shut = false;
};

}  // namespace mcpssh::ssh
