#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/task.hpp"
#include "gateway/action.hpp"
#include "gateway/outcome.hpp"
#include "gateway/policy_set.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// The call goes on; ask again.
struct Running {};
/// The call waits for a human. Show `question` to one, then call decide().
struct Waiting {
  std::string question;
};
using Progress = std::variant<Outcome, Running, Waiting>;

/// A human's answer, and through what it came ("human:elicitation").
struct Decision {
  bool approved = false;
  std::string by;
};

/// A connection or shell that is open, for ssh_list_sessions.
struct SessionNote {
  enum class Kind { connection, shell } kind = Kind::connection;
  std::string host;
  std::string name;  ///< of a shell
  std::string address, user, detail;
  std::chrono::milliseconds idle{};
  std::uint64_t lines = 0;
  std::size_t in_use = 0;  ///< commands and shells on a connection; 1 while a shell runs a line
};

/// The one door: hosts are reached through here and nowhere else. Every action is judged, approved if need
/// be, recorded durably, acted on, and recorded again, in that order. Lives on one executor; all members are
/// called there.
class Gateway {
 public:
  struct Options {
    std::filesystem::path journal;
    hosts::Environment environment;
    base::Clock clock;
    base::Log log = base::Log::silent();
    std::size_t threads = 1;  ///< for connections
  };
  Gateway(base::Executor executor, Options options, hosts::SnapshotPtr snapshot,
          std::shared_ptr<const PolicySet> policies);
  /// shutdown() must have completed.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Opens the journal in the background, so that calls left open by a server that died are recorded as
  /// orphaned soon.
  void start();

  /// Accepts an action and starts on it. Never throws for what is in the action: that becomes its Outcome.
  base::CallId submit(Action action);
  /// Waits for the call until `deadline`. An Outcome is given once; then the call is forgotten. Never awaits
  /// a human. Throws Error(not_found) for an unknown call.
  base::Task<Progress> wait(base::CallId call, std::chrono::steady_clock::time_point deadline);
  /// Answers a Waiting. Ignored when the call no longer waits.
  void decide(const base::CallId& call, Decision decision);
  /// The asker went away: stops the command on its host and forgets the call when that is done. Safe at any
  /// time.
  void cancel(const base::CallId& call);

  /// From here on calls use this configuration; running calls keep theirs. Records the difference, voids
  /// pending approvals, closes connections whose host, user, login or mode changed.
  void adopt(hosts::SnapshotPtr snapshot, std::shared_ptr<const PolicySet> policies);
  /// Records that a changed configuration was refused and the old one kept.
  void reject_configuration(std::string why);

  [[nodiscard]] hosts::SnapshotPtr snapshot() const;
  /// What `principal` may see: connections, and its own shells.
  [[nodiscard]] std::vector<SessionNote> sessions(const base::Principal& principal) const;

  /// Cancels running calls, waits for their records, closes shells and connections.
  base::Task<void> shutdown();

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace mcpssh::gateway
