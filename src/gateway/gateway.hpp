#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "gateway/action.hpp"
#include "gateway/outcome.hpp"
#include "gateway/piece.hpp"
#include "gateway/policy_set.hpp"
#include "gateway/tunnel_note.hpp"
#include "gateway/views.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// The call goes on; ask again.
struct Running {};
/// The call waits for a human. Show `question` to one, then call decide().
struct Waiting {
  std::string question;
  std::string where;   ///< "web1 (root@192.0.2.1)", for one question about many calls
  std::string what;    ///< the rest of the question
  bool elicit = true;  ///< false: the person behind the client has no say, somebody else is waited for
};
using Progress = std::variant<Outcome, Running, Waiting>;

/// A human's answer, and through what it came ("human:elicitation").
struct Decision {
  enum class Answer {
    approved,
    declined,
    cancelled,  ///< the question was put away without an answer
    voided,     ///< ours: the configuration changed meanwhile
  } answer = Answer::cancelled;
  std::string by;
  std::string human_factor{};  ///< as audit::Record has it
};

/// How the calls of a batch follow each other.
struct Rolling {
  std::size_t parallel = 32;     ///< at once
  std::size_t step = 0;          ///< so many, and the next ones when all of them have ended; 0: no steps
  bool stop_on_failure = false;  ///< start no further ones after a failure; those that run go on
};

/// What a host asks during a log-in that no secret of the configuration answers: a one-time code, say.
struct HumanQuestion {
  std::string host;
  std::string user, address;             ///< who logs in where
  std::vector<std::string> through{};    ///< jump hosts before it, the one reached first first
  std::string host_key, host_key_doubt;  ///< as ssh::HumanPrompt has them
  // The host's words, cleaned and bounded.
  std::string name;
  std::string instruction;  ///< may have several lines
  std::string text;
  bool echo = false;       ///< the answer may be seen while it is typed
  base::MonoTime until{};  ///< from then on nobody waits for the answer
};
/// Asks the person this server belongs to, never the asker; nothing when they gave no answer, or an Error
/// that says more. Called on the gateway's executor; cancelling ends the question.
using AskHuman = std::function<base::Task<std::optional<base::Secret>>(HumanQuestion question)>;

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
    std::size_t threads = 1;                      ///< for connections
    AskHuman ask_human = {};                      ///< null: a log-in that asks for more than we have fails
    std::shared_ptr<base::Metrics> metrics = {};  ///< what is counted; null: nobody wants to know
    std::filesystem::path freeze_file = {};       ///< approvals::Freeze; empty: this gateway is never frozen
    std::filesystem::path codes_file = {};        ///< approvals::Codes; empty: kept in memory
    bool approvers = false;  ///< people of another user answer through Operators (settings.approvers_group)
    /// For what hosts ask during log-ins through Operators; 0: as long as an sshd waits.
    std::chrono::milliseconds login_answer_within{};
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
  /// Returns when what start() began is done: the journal is open, or could not be opened.
  base::Task<void> started();

  /// Accepts an action and starts on it. Never throws for what is in the action: that becomes its Outcome.
  base::CallId submit(Action action);
  /// The same, and whoever submits it takes all that the command says with follow(): the host waits for them.
  base::CallId submit_followed(Action action);
  /// Of such a call: what it said since the last piece, both streams, as the host sent them; nothing is
  /// dropped, however much it is. Waits for more; nothing when the call has ended. A dialogue (a device) has
  /// no pieces: its Outcome has what it answered. Throws Error(not_found) for an unknown call.
  base::Task<std::optional<Piece>> follow(base::CallId call);
  /// What would be said of a command, were it sent now; nothing is sent or recorded. `action.what` is an
  /// Exec. Throws Error(not_found | invalid_argument).
  [[nodiscard]] Preview preview(Action action);
  /// Accepts actions on several hosts as one: each is judged at once, none is sent before every question
  /// about them is answered, and then they follow each other as `rolling` says. A question nobody answers
  /// cancels them all. Each keeps its own call, policy and records; Action::batch joins them.
  std::vector<base::CallId> submit_batch(std::vector<Action> actions, Rolling rolling);
  /// Waits for the call until `deadline`. The Outcome with its output is given once; after that, and for
  /// calls that were kept, read_output has what is left of it. Never awaits a human. Throws Error(not_found)
  /// for an unknown call.
  base::Task<Progress> wait(base::CallId call, std::chrono::steady_clock::time_point deadline);
  /// Returns when the call was sent to its host, ended, or waits for a human; at the latest at `deadline`.
  base::Task<void> begun(base::CallId call, std::chrono::steady_clock::time_point deadline);
  /// Returns when something happened to a call that may end or begin a wait(); at the latest at `deadline`.
  base::Task<void> something(std::chrono::steady_clock::time_point deadline);
  /// Returns when the call was judged: it waits for a human, for its turn in a batch, was sent, or ended. At
  /// the latest at `deadline`: on a device that is busy it is judged when its turn has come.
  base::Task<void> judged(base::CallId call, std::chrono::steady_clock::time_point deadline);
  /// The host of a call; empty for an unknown one.
  [[nodiscard]] std::string host_of(const base::CallId& call) const;
  /// Returns when the call waits for no person (any more); at the latest at `deadline`.
  base::Task<void> answered(base::CallId call, std::chrono::steady_clock::time_point deadline);
  /// Where the call is now, without waiting; nothing for an unknown one.
  [[nodiscard]] std::optional<Progress> poll(const base::CallId& call);
  /// Its request was answered "runs on": from here on the call is its principal's, and no request's end stops
  /// it. What it said stays readable when it has ended.
  CallNote keep(const base::CallId& call);
  [[nodiscard]] std::optional<CallNote> note(const base::CallId& call) const;
  /// A call's output: what it said so far, or what is still kept of it. Throws Error(not_found) for a call
  /// that is unknown, not `principal`'s, or forgotten.
  base::Task<OutputView> read_output(base::Principal principal, OutputQuery query);
  /// The calls of `principal` in a batch, in the order they were submitted.
  [[nodiscard]] std::vector<base::CallId> calls_of_batch(const base::Principal& principal,
                                                         const std::string& batch) const;

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
  /// The part of it that `principal` sees: other hosts are not there, and modes are no more than its own.
  /// Whatever is shown to an asker is looked up here.
  [[nodiscard]] hosts::SnapshotPtr snapshot(const base::Principal& principal) const;

  /// To be called before a tool does its work. Throws Error(refused) when `principal` may not use it, and
  /// Error(limit_reached), which says when to come back, when it has called too often; both are recorded
  /// first.
  base::Task<void> admit_tool(base::Principal principal, std::string tool);
  /// Records that a tool's call failed before there was an action: `why`, by `rule` or the one that goes with
  /// its code. Of many of a kind, sums are recorded (RefusalSums).
  void record_refusal(base::Principal principal, std::string tool, const base::Error& why,
                      std::string_view rule = {});
  /// The rights of `principal` have changed. What runs or is open for it on hosts it no longer sees ends, and
  /// so does what has not begun, and tunnels it may no longer open.
  void rights_changed(const std::string& principal, const std::shared_ptr<const base::Rights>& now);
  void dismiss(const std::string& principal);

  /// The open tunnels of `principal`.
  [[nodiscard]] std::vector<TunnelNote> tunnels(const base::Principal& principal) const;
  /// What `principal` has open: its shells, and the connections it used and has not let go of. They may be
  /// others' too; SessionNote::in_use counts its own use only.
  [[nodiscard]] std::vector<SessionNote> sessions(const base::Principal& principal) const;
  /// Its calls that run, and kept ones that ended; the oldest first.
  [[nodiscard]] std::vector<SessionNote> jobs(const base::Principal& principal) const;

  /// False while nothing would run because records cannot be written. Asking has it tried again, so that
  /// nobody has to send a command to find out that it works again.
  [[nodiscard]] bool can_record();

  /// From here on every submit is refused; what runs goes on.
  void refuse_new();
  /// Returns true when no call is left that runs or whose outcome somebody waits for; false at `deadline`.
  base::Task<bool> drained(std::chrono::steady_clock::time_point deadline);
  /// Cancels running calls, also kept ones: their owner goes with the server. Waits for their records, closes
  /// shells and connections.
  base::Task<void> shutdown();

 private:
  friend class Operators;  // the other side of the same door: who watches over it
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace mcpssh::gateway
