#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/wakeup.hpp"
#include "ssh/pool.hpp"
#include "ssh/pool/backoff.hpp"
#include "ssh/session/connection_thread.hpp"

/// What the pool keeps in mind about one host. Values without behaviour; see Pool::State.
namespace mcpssh::ssh {

struct PooledConnection;

/// A target as an identity: what is compared, never connected with. Without `ask_human`, which may hold a
/// whole call.
using Identity = std::shared_ptr<const Target>;

/// What a connection is wanted for. Carried connections go over forwarded channels, which MaxSessions does
/// not count.
enum class Use { session, carrier };

/// A place on a pooled connection; destroying it gives the place back.
struct Grant {
  std::shared_ptr<PooledConnection> on;
  std::unique_ptr<Lease::Hold> hold;
  explicit operator bool() const { return hold != nullptr; }
};

struct PooledConnection {
  PooledConnection(const base::Executor& executor, Identity opened_for, std::shared_ptr<Connection> opened)
      : identity(std::move(opened_for)), connection(std::move(opened)), idle_alarm(executor) {}
  [[nodiscard]] bool busy() const { return leases + carried > 0; }
  [[nodiscard]] bool usable() const { return !closing && !retiring; }

  Identity identity;
  std::shared_ptr<Connection> connection;
  std::uint64_t number = 0;  ///< Pool::Entry::number
  ConnectionThread* thread = nullptr;
  Grant carrier;                ///< on the connection this one goes through
  std::uint64_t opened_by = 0;  ///< PoolWaiter::number
  std::size_t capacity = 1;     ///< leases at once
  std::size_t leases = 0, carried = 0;
  std::size_t refused = 0;  ///< of the leases: the host opened no channel for them
  std::size_t served = 0;   ///< leases that have ended, less those refused
  base::MonoTime idle_since = std::chrono::steady_clock::now();
  base::asio::steady_timer idle_alarm;
  CloseReason reason = CloseReason::lost;  ///< unless we close it
  std::optional<CloseReason> retiring;     ///< takes no more leases, closes with the last one
  bool closing = false;
  bool making_room = false;  ///< closing for another host's sake
};

/// A shell's proof, kept for the next connection.
struct ProvedBefore {
  LearnedShell shell;
  Identity identity;
  base::MonoTime when;
};

/// A connect under way.
struct PendingConnect {
  PendingConnect(Identity connecting_as, Target connecting_to)
      : identity(std::move(connecting_as)), target(std::move(connecting_to)) {}
  Identity identity;
  Target target;
  Pool::Opened opened;
  std::uint64_t opened_by = 0;
  std::size_t capacity = 1, claimed = 0;  ///< session leases it will have; waiters that count on it
  Grant carrier;
  ConnectionThread* thread = nullptr;
  base::MonoTime began;  ///< with its jump host reached
  /// What people took to answer. Written on the connection's thread, read when that has unwound.
  std::shared_ptr<base::MonoTime::duration> thought = std::make_shared<base::MonoTime::duration>();
  bool failed_at_jump = false;
  bool abandoned = false;  ///< nobody waits for it any more
  base::asio::cancellation_signal cancel;
};

/// A caller in the queue of its host. Answered when it has a grant or a failure.
struct PoolWaiter {
  PoolWaiter(const base::Executor& executor, Identity wanted_as, const Target& wanted, Use wanted_for)
      : identity(std::move(wanted_as)), target(wanted), use(wanted_for), called(executor) {}
  Identity identity;
  const Target& target;
  Use use;
  Pool::Opened opened;
  std::uint64_t number = 0;
  Grant granted;
  std::exception_ptr failure;
  base::Wakeup called;
};

struct HostConnections {
  HostConnections(const base::Executor& executor, std::string of)
      : name(std::move(of)), retry_alarm(executor) {}
  std::string name;
  Identity identity;                                           ///< of the newest target
  std::vector<std::shared_ptr<PooledConnection>> connections;  ///< until they have ended
  std::vector<std::shared_ptr<PendingConnect>> pending;
  std::list<PoolWaiter*> waiting;  ///< first come first served
  Backoff backoff;
  std::string last_failure;
  base::asio::steady_timer retry_alarm;
  bool retry_armed = false;
  std::size_t learned_sessions = 0;  ///< what the host really allows on one connection; 0: as configured
};

}  // namespace mcpssh::ssh
