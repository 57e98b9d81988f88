#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "approvals/freeze.hpp"
#include "approvals/people.hpp"
#include "approvals/requests.hpp"
#include "base/task.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::gateway {

/// What became of everything that ran.
struct StopReport {
  std::size_t calls = 0;      ///< that ran or waited
  std::size_t ended = 0;      ///< of them, when the answer was given
  std::size_t left_over = 0;  ///< of those, whose processes are not proved gone from their host
  std::size_t shells = 0, tunnels = 0;
};

/// What the people who watch over a server do with it: answer requests for approval, and the emergency stop.
/// Whoever calls this has made sure who they are. Lives on the gateway's executor; the gateway outlives it.
class Operators {
 public:
  explicit Operators(Gateway& gateway) : gateway_(gateway) {}

  /// No approver reaches this server, for this reason; what needs one is refused and says so.
  void close_to_approvers(std::string why);

  /// The oldest first; valid until anything else is done here.
  [[nodiscard]] std::vector<const approvals::Request*> pending() const;
  /// Another number whenever pending() would tell something else.
  [[nodiscard]] std::uint64_t revision() const;
  /// How long until nobody may answer it any more.
  [[nodiscard]] std::chrono::milliseconds left(const approvals::Request& request) const;

  /// Returns when something changed that may have changed what is pending or frozen.
  base::Task<void> changed();

  /// Answers a request; what it is about goes on at once, or is refused. Returns a sentence that says so.
  /// Approving one that was declined within the hour lifts the decline, so that the same may be asked again.
  /// Throws Error(not_found) when it is not open, and Error(refused) when `who` may not approve it: whoever
  /// has the asker's user does not. Anybody may decline.
  base::Task<std::string> answer(std::string id, bool approve, approvals::Approver who);

  [[nodiscard]] std::optional<approvals::FreezeNote> frozen() const;
  /// From here on nothing new runs on any host, over restarts too, until thaw(). What runs goes on. Throws
  /// Error when it does not hold over restarts.
  base::Task<std::string> freeze(approvals::Approver who, std::string reason);
  /// Throws Error(refused) when a host has approval: human, or approvers are set up, and `who` could be the
  /// asker.
  base::Task<std::string> thaw(approvals::Approver who);
  /// Ends what runs, shells, tunnels and connections; returns when all is ended, after 5 s at the latest.
  base::Task<StopReport> stop_all(approvals::Approver who);

 private:
  base::Task<std::string> lift(approvals::Past past, approvals::Approver who);
  base::Task<void> record(std::string tool, std::string state, std::string detail, approvals::Approver who,
                          approvals::HumanFactor factor);
  [[nodiscard]] approvals::HumanFactor factor_of_all(const approvals::Approver& who) const;

  Gateway& gateway_;
};

}  // namespace mcpssh::gateway
