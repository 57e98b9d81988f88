#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <map>

#include "approvals/desk.hpp"
#include "base/nursery.hpp"
#include "gateway/gateway.hpp"
#include "gateway/ledger.hpp"
#include "gateway/shells.hpp"
#include "ssh/pool.hpp"

/// The inside of the gateway, for its own files only.
namespace mcpssh::gateway {

/// One action on its way. The configuration it started with stays its own.
struct Call {
  Call(base::Executor executor, Action what, hosts::SnapshotPtr with, std::shared_ptr<const PolicySet> under)
      : id(base::CallId::fresh()),
        action(std::move(what)),
        snapshot(std::move(with)),
        policies(std::move(under)),
        changed(std::move(executor)) {}

  base::CallId id;
  Action action;
  hosts::SnapshotPtr snapshot;
  std::shared_ptr<const PolicySet> policies;
  const hosts::Host* host = nullptr;  ///< in `snapshot`
  std::string digest;
  std::string decision_name = "allowed";  ///< as the original's records say it
  std::shared_ptr<Shell> shell;           ///< of a line, or of a command on a CLI device; its turn is held
  std::optional<guard::SessionState> next_guard_state;  ///< the shell's, once the line was sent

  std::optional<Waiting> waiting;
  std::optional<Decision> decision;       ///< of the human asked
  bool stop_asked = false;                ///< also before there is anything to stop
  boost::asio::cancellation_signal stop;  ///< bound to the acting part only: records are always written
  /// Stops the acting part, or keeps it from starting.
  void ask_to_stop() {
    stop_asked = true;
    changed.notify();
    stop.emit(boost::asio::cancellation_type::terminal);
  }

  bool cancelled = false;  ///< nobody waits for the outcome
  bool done = false;
  Outcome outcome;
  base::MonoTime started;
  base::MonoTime ended;
  base::Wakeup changed;
};

struct Gateway::Core {
  Core(base::Executor on, Options with, hosts::SnapshotPtr snapshot,
       std::shared_ptr<const PolicySet> policies);

  base::Executor executor;
  Options options;
  hosts::SnapshotPtr snapshot;
  std::shared_ptr<const PolicySet> policies;
  Ledger ledger;
  approvals::Declines declines;
  Shells shells;
  std::map<base::CallId, std::shared_ptr<Call>> calls;
  base::Nursery conducting;  ///< calls: never cancelled, only their acting part is
  base::Nursery recording;   ///< records of what happened by itself: never cancelled
  base::Nursery watching;    ///< idle watches
  bool closing = false;
  ssh::Pool pool;  ///< last, so that its threads end first

  // conduct.cpp: judge, approve, record, act, record
  base::Task<void> conduct(std::shared_ptr<Call> call);
  base::Task<void> judge_and_act(std::shared_ptr<Call> call);
  base::Task<void> judge_record_act(std::shared_ptr<Call> call);
  base::Task<bool> record_begin(std::shared_ptr<Call> call);
  base::Task<void> act(std::shared_ptr<Call> call);
  base::Task<void> record_end(std::shared_ptr<Call> call);

  // admit.cpp: what a verdict other than allow needs
  base::Task<bool> admit(std::shared_ptr<Call> call, guard::Verdict verdict);
  base::Task<bool> refuse(std::shared_ptr<Call> call, base::Error error);
  base::Task<bool> ask_human(std::shared_ptr<Call> call, guard::Verdict verdict);

  // perform_*.cpp: the acting part. Throws Error when nothing was sent; fills the outcome otherwise.
  base::Task<void> perform(std::shared_ptr<Call> call);
  base::Task<void> perform_exec(std::shared_ptr<Call> call);
  base::Task<void> perform_line(std::shared_ptr<Call> call, std::string line);
  base::Task<void> perform_connect(std::shared_ptr<Call> call);
  base::Task<void> perform_disconnect(std::shared_ptr<Call> call);
  base::Task<void> perform_probe(std::shared_ptr<Call> call);
  base::Task<void> perform_trust(std::shared_ptr<Call> call);

  /// A connection to the call's host; a new one is recorded.
  base::Task<ssh::Lease> connect(std::shared_ptr<Call> call);
  base::Task<void> open_dialogue(std::shared_ptr<Call> call, std::shared_ptr<Shell> shell);
  /// Ctrl-C after a deadline or a cancellation; closes the shell when no prompt comes back.
  base::Task<void> interrupt(std::shared_ptr<Call> call, std::shared_ptr<Shell> shell);
  /// Closes the shell when it was idle for too long.
  base::Task<void> watch_idle(std::shared_ptr<Shell> shell);

  void forget_uncollected();
  [[nodiscard]] ssh::Pool::Options pool_options();

  // records.cpp
  base::Task<void> settle(audit::Record record);
  void on_closed(const std::string& host, const ssh::ConnectionFacts& facts, ssh::CloseReason reason);
  [[nodiscard]] audit::Record record_of(const Call& call, audit::Kind kind) const;

  /// Right before bytes go out: throws Error(refused) when an approval was given under another configuration.
  void require_still_approved(const Call& call) const;
  [[nodiscard]] std::chrono::milliseconds timeout_of(const Call& call) const;
  [[nodiscard]] std::size_t budget_of(const Call& call) const;
};

}  // namespace mcpssh::gateway
