#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
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
  Lease() = default;
  explicit Lease(std::shared_ptr<Connection> connection, std::function<void()> give_back);
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();
  [[nodiscard]] const std::shared_ptr<Connection>& connection() const { return connection_; }
  /// True when this lease opened the connection.
  bool fresh = false;

 private:
  std::shared_ptr<Connection> connection_;
  std::function<void()> give_back_;
};

/// Open connections, one or more a host. Lives on one executor; connections live on the pool's own threads.
class Pool {
 public:
  struct Options {
    std::size_t threads = 1;
    std::chrono::milliseconds idle_timeout{};
    /// Called on the pool's executor when a connection has ended.
    std::function<void(const std::string& host, const ConnectionFacts& facts, CloseReason reason)> on_closed;
  };
  Pool(base::Executor executor, Options options);
  /// Closes everything and joins the threads.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// An open connection to `target.name` with a free channel, or a new one. Two callers at once share one
  /// connect; its failure goes to all who wait for it. Over limits::channels_per_connection a second
  /// connection is opened. Throws what Connection::open throws. Cancelling one waiter leaves the others.
  base::Task<Lease> acquire(Target target);

  /// Asks for the host key on one of the pool's threads. See fetch_host_key.
  base::Task<HostKey> host_key(Target target, std::string type = {});

  struct Entry {
    std::string host;
    ConnectionFacts facts;
    std::size_t leases = 0;
    std::chrono::milliseconds idle{};
  };
  [[nodiscard]] std::vector<Entry> entries() const;

  /// Closes the connections of `host`; true when there was one.
  bool close(const std::string& host, CloseReason reason);
  void set_idle_timeout(std::chrono::milliseconds idle_timeout);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::ssh
