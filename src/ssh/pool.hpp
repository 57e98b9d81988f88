#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/task.hpp"
#include "ssh/connection.hpp"

namespace mcpssh::ssh {

/// Why a pooled connection ended, for the record.
enum class CloseReason { idle, asked, lost, configuration, shutdown };
std::string_view to_string(CloseReason reason);

/// A connection in use. The pool does not close a leased connection for idleness. Move-only; lives on the
/// pool's executor. The connection itself is used through base::hop(connection->executor(), ...).
class Lease {
 public:
  /// The pool's side of a lease; destroying it gives the lease back.
  class Hold {
   public:
    virtual ~Hold() = default;
    virtual bool no_more_channels() = 0;
  };

  Lease() = default;
  Lease(std::shared_ptr<Connection> connection, std::unique_ptr<Hold> hold)
      : hold_(std::move(hold)), connection_(std::move(connection)) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  [[nodiscard]] const std::shared_ptr<Connection>& connection() const { return connection_; }

  /// To be told when exec or open_shell threw Error(channel_limit): the host's MaxSessions is lower than we
  /// thought. The pool remembers what the host did allow, for this connection and later ones to it. True:
  /// drop this lease and acquire again, which waits for a free channel or opens a second connection. False:
  /// the host opened no channel at all, so the error is the caller's answer.
  [[nodiscard]] bool no_more_channels() { return hold_ && hold_->no_more_channels(); }

  /// True when this lease opened the connection.
  bool fresh = false;
  /// Which of the pool's connections it is on, as Pool::Entry::number.
  std::uint64_t number = 0;

 private:
  std::unique_ptr<Hold> hold_;  ///< first, so that it goes last
  std::shared_ptr<Connection> connection_;
};

/// Open connections, one or more a host. Lives on one executor; connections live on the pool's own threads.
class Pool {
 public:
  using Opened = std::function<void(const Target& target, const ConnectionFacts& facts)>;
  struct Options {
    std::size_t threads = 1;
    std::chrono::milliseconds idle_timeout{};
    std::size_t connections = base::limits::connections;  ///< in all; 0 counts as 1
    std::chrono::milliseconds shortest_pause{1000};       ///< after a failed connect, see Backoff
    /// Called on the pool's executor when a connection has ended.
    std::function<void(const std::string& host, const ConnectionFacts& facts, CloseReason reason)> on_closed;
    /// Called there when a connect ended: how long it took from when its jump host was reached, without the
    /// time people took to answer it, and what went wrong if it failed. Not of one that failed at its jump
    /// host: that attempt was the jump host's.
    std::function<void(std::chrono::nanoseconds took, std::optional<base::ErrorCode> failure)> on_attempt;
  };
  Pool(base::Executor executor, Options options);
  /// Closes everything and joins the threads.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// An open connection to `target.name` with a free channel, or a new one. Callers at once share one
  /// connect; its failure goes to all who wait for it, unless another connection to the host is alive: then
  /// they wait for that. Over `target.max_sessions` a further connection is opened; over
  /// `target.max_connections` or Options::connections callers wait their turn, first come first served.
  /// With `target.jump` the connection goes through a pooled one to that, which stays as long.
  ///
  /// A host that failed is left alone for a while (see Backoff). Until its circuit opens a caller in the
  /// pause waits for the end of it, 10 s at most, and then sees for itself: what was just repaired works, and
  /// a client that tries without end is slowed down. With the circuit open it gets Error(backing_off) at
  /// once, which names the last cause and when it is tried again. Another target for the same host resets
  /// that.
  ///
  /// Throws what Connection::open throws, Error(invalid_config) for jump hosts that lead back or too far,
  /// and what `opened` throws. Cancelling one waiter leaves the others.
  /// `opened` is called, on the pool's executor and before anybody gets the connection, for every connection
  /// this call caused to be opened: the target's and those of its jump hosts. It is called even when the
  /// caller was cancelled meanwhile, so that nothing is opened unrecorded. When it throws, the connection is
  /// closed again. It must not call the pool.
  base::Task<Lease> acquire(Target target, Opened opened = {});

  /// Asks for the host key on one of the pool's threads, through the jump host where there is one. See
  /// fetch_host_key; `opened` as in acquire(), for the jump hosts. A host that failed may be asked again at
  /// once: it is a person who asks.
  base::Task<HostKey> host_key(Target target, std::string type = {}, Opened opened = {});

  struct Entry {
    std::uint64_t number = 0;   ///< of this connection; from 1, never used again
    std::uint64_t carrier = 0;  ///< the number of the one it goes through; 0: none
    std::string host;
    ConnectionFacts facts;
    std::size_t leases = 0;
    std::size_t carried = 0;  ///< connections that go through this one
    std::chrono::milliseconds idle{};
  };
  [[nodiscard]] std::vector<Entry> entries() const;

  /// Returns when no connect is under way that callers have left behind, cancelled: what such a one asked of
  /// this executor, a question to a person, has unwound too. To be awaited before the pool goes, which waits
  /// for its threads, and they for that question. No acquire() may wait any more.
  base::Task<void> end_connects();

  /// How many connections nobody uses, how many somebody uses or go through another, and how many are not
  /// logged in yet.
  struct Census {
    std::size_t idle = 0, busy = 0, connecting = 0;
  };
  [[nodiscard]] Census census() const;

  /// Closes the connections of `host`; true when there was one.
  bool close(const std::string& host, CloseReason reason);
  /// Closes those of `host` that nobody uses, of `which` (by number; empty: all). The others take no more
  /// leases and close with their last one; commands on them run on.
  struct Closed {
    std::size_t now = 0, later = 0;
  };
  Closed close_when_idle(const std::string& host, CloseReason reason,
                         const std::function<bool(std::uint64_t number)>& which = {});
  void set_idle_timeout(std::chrono::milliseconds idle_timeout);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::ssh
