#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "approvals/people.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/principal.hpp"

namespace mcpssh::approvals {

/// Why an action needs a person.
struct Reason {
  std::string rule;
  std::string text;
};

/// One action that waits, as an approver has to see it.
struct Item {
  std::string call;  ///< whose it is: the gateway's id
  std::string digest;
  std::string where;  ///< "web1 (root@192.0.2.1)"
  std::string text;   ///< the action as the server read it, whole
  std::vector<Reason> reasons;
  std::string agent_says;             ///< unverified
  std::string host{};                 ///< its name in hosts.yaml
  std::vector<std::string> always{};  ///< words of a rule that would allow exactly this; empty: there is none
};

/// One person's approval.
struct Given {
  std::uint32_t user = 0;
  std::string by;  ///< "human:socket alice (1001)"
  HumanFactor factor = HumanFactor::none;
};

/// A question to people: one action, or the actions of one call on many hosts.
struct Request {
  std::string id;  ///< short, unguessable; another one when the request has grown
  base::Principal principal;
  std::string tool;
  std::string batch;         ///< empty: a single action
  bool also_client = false;  ///< the asker's client was asked too
  std::vector<Item> items;
  std::vector<std::string> left;  ///< digests of actions that wait no longer
  std::size_t needed = 1;         ///< so many different people have to approve it
  std::vector<Given> given;       ///< who has; fewer than needed while it is open
  base::WallTime asked;
  base::MonoTime asked_mono;
  base::MonoTime until;  ///< from then on nobody may answer
};

/// "human:socket alice (1001), human:socket bob (1002)".
std::string names_of(const std::vector<Given>& given);
/// "other_user", "totp", or both.
std::string factors_of(const std::vector<Given>& given);

/// How a request, or an action of it, came to its end.
enum class Ending { approved, declined, timed_out, cancelled, voided };
/// "approved", "declined", "timed_out", "cancelled", "void".
std::string_view to_string(Ending ending);

/// A request that is over.
struct Past {
  std::string id;
  base::Principal principal;
  std::vector<std::string> digests;
  Ending ending = Ending::cancelled;
  std::string by;  ///< "human:socket alice (1001)"
  base::MonoTime at;
};

/// The requests that are open, and those of the last hour. Exactly one answer wins: take() gives a request
/// out once. Lives on one executor.
class Requests {
 public:
  static constexpr std::chrono::seconds lifetime{120};
  static constexpr std::size_t most_of_one = 3;  ///< of one principal
  static constexpr std::size_t most = 64;
  static constexpr std::size_t most_bytes = std::size_t{8} * 1024 * 1024;  ///< of the texts of all
  static constexpr std::chrono::hours remembered{1};
  static constexpr std::size_t most_past = 1024;
  /// So many declined in a row, and a principal may ask nothing for a while: who is asked again and again
  /// gives in at some time.
  static constexpr std::size_t most_declines = 3;
  static constexpr std::chrono::minutes pause{10};

  explicit Requests(base::Clock clock) : clock_(std::move(clock)) {}

  /// Opens a request for `item`, or adds it to the open one of the same principal and batch, which then gets
  /// a new id, and loses the approvals it had: what somebody read under the old one is not what they would
  /// answer now. `asking` brings principal, tool, batch, also_client and needed. Error(limit_reached) when
  /// too many are open.
  std::expected<base::MonoTime, base::Error> open(Request asking, Item item);

  /// Gives the request out, once; it is over. Error(not_found), which says how it ended if it has.
  std::expected<Request, base::Error> take(const std::string& id, Ending ending, const std::string& by);
  /// Takes a person's approval. The request comes out, over, when no other one is needed; nothing when it
  /// waits for more. Error(not_found) like take(); Error(refused) for a second one of the same person.
  std::expected<std::optional<Request>, base::Error> approve(const std::string& id, Given given);
  /// What approve() would refuse.
  [[nodiscard]] std::expected<void, base::Error> may_approve(const std::string& id, std::uint32_t user);
  /// A server that died had this request open: whoever asks for it hears so, for an hour.
  void remember_lost(const std::string& id, base::Principal principal);
  /// One action waits no longer. Ignored for what no open request has.
  void leave(const std::string& call, Ending ending, const std::string& by);

  [[nodiscard]] const std::map<std::string, Request>& all() const { return open_; }
  /// Another number whenever all() has changed.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] const Request* find(const std::string& id) const;
  /// The open request that has the action; null when none has.
  [[nodiscard]] const Request* of(const std::string& call) const;
  /// A person lifted a decline of the principal's: what was declined in a row counts no longer.
  void forgive(const std::string& principal) { streaks_.erase(principal); }
  /// One that is over; null when it is unknown or an hour old.
  [[nodiscard]] const Past* past(const std::string& id);

 private:
  using Open = std::map<std::string, Request>;
  /// Declines in a row, and when the last one came.
  struct Streak {
    std::size_t declines = 0;
    base::MonoTime last;
  };
  [[nodiscard]] std::expected<void, base::Error> room_for(const base::Principal& principal);
  [[nodiscard]] std::expected<void, base::Error> room_for(const Item& item) const;
  [[nodiscard]] Open::iterator open_batch(const base::Principal& principal, const std::string& batch);
  [[nodiscard]] std::expected<Open::iterator, base::Error> answerable(const std::string& id);
  void remember(const Request& request, Ending ending, const std::string& by);
  [[nodiscard]] base::Error gone(const std::string& id);

  base::Clock clock_;
  Open open_;
  std::uint64_t revision_ = 0;
  std::deque<Past> past_;  ///< oldest first
  std::map<std::string, Streak> streaks_;
};

}  // namespace mcpssh::approvals
