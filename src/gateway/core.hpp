#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <deque>
#include <map>
#include <set>

#include "approvals/codes.hpp"
#include "approvals/desk.hpp"
#include "approvals/freeze.hpp"
#include "approvals/login_questions.hpp"
#include "approvals/requests.hpp"
#include "base/nursery.hpp"
#include "gateway/burden.hpp"
#include "gateway/feed.hpp"
#include "gateway/gateway.hpp"
#include "gateway/ledger.hpp"
#include "gateway/meters.hpp"
#include "gateway/operators/login_wait.hpp"
#include "gateway/rights/pace.hpp"
#include "gateway/rights/refusal_sums.hpp"
#include "gateway/rights/sight.hpp"
#include "gateway/rights/usage.hpp"
#include "gateway/secrets.hpp"
#include "gateway/shells.hpp"
#include "gateway/tunnels.hpp"
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
  hosts::SnapshotPtr seen;  ///< what its principal sees of it
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

  std::shared_ptr<Spools> spools;         ///< what the command says; null for dialogues and what says nothing
  std::shared_ptr<Feed> feed;             ///< while it runs, and of a followed one until it is forgotten
  bool followed = false;                  ///< somebody takes all of its output with Gateway::follow()
  bool connecting = false;                ///< it waits for a connection to its host
  bool began = false;                     ///< its bytes are on their way to the host
  bool begin_recorded = false;            ///< its end will be, too
  bool held = false;                      ///< of a batch: judged, but not to be sent before its turn
  bool ready = false;                     ///< judged, approved, and held
  bool unanswered = false;                ///< a human was asked about it and gave no answer
  std::uint64_t number = 0;               ///< in the order they were submitted
  std::uint64_t connection = 0;           ///< it runs on, Pool::Entry::number; 0: none
  Burden burden;                          ///< until it is done
  std::optional<base::Error> too_much;    ///< its principal has too many open calls: nothing is done
  bool collected = false;                 ///< its outcome was given
  bool kept = false;                      ///< it belongs to its principal, no longer to a request
  std::vector<std::string> trusted_keys;  ///< on record for the host when this was approved

  bool cancelled = false;  ///< nobody waits for the outcome
  bool done = false;
  Outcome outcome;
  std::string whole_cause;    ///< for the record, where the asker is told less
  std::size_t own_rules = 0;  ///< how many of the outcome's rules the verdict had, when acting began
  base::MonoTime started;
  base::MonoTime ended;
  base::Wakeup changed;
};

struct Gateway::Core {
  Core(base::Executor on, Options with, hosts::SnapshotPtr snapshot,
       std::shared_ptr<const PolicySet> policies);

  base::Executor executor;
  Options options;
  std::string approvers_closed{};  ///< why no approver can answer; empty: they can
  bool answers_open = false;       ///< people answer what hosts ask during log-ins through Operators
  hosts::SnapshotPtr snapshot;
  std::shared_ptr<const PolicySet> policies;
  Meters meters;
  Ledger ledger;
  Secrets secrets;
  approvals::Declines declines;
  approvals::Requests requests;
  approvals::LoginQuestions questions;
  std::map<std::string, std::shared_ptr<LoginWait>> login_waits;  ///< of the open questions, by their ids
  approvals::Codes codes;
  approvals::Freeze freeze;
  Sight sight;
  Pace pace;
  RefusalSums refusal_sums;
  base::Wakeup sums_end;  ///< only its time comes
  bool summing = false;
  Usage usage;
  Shells shells;
  Tunnels tunnels;
  std::map<base::CallId, std::shared_ptr<Call>> calls;
  base::Nursery conducting;  ///< calls: never cancelled, only their acting part is
  base::Nursery recording;   ///< records of what happened by itself: never cancelled
  base::Nursery watching;    ///< idle watches
  base::Nursery tunnelling;  ///< open tunnels: end when told to
  base::Wakeup something;    ///< a call waits, began or ended
  std::shared_ptr<outputs::Allowance> allowance;
  std::deque<base::CallId> finished;               ///< still readable, oldest first
  std::map<base::CallId, std::string> lost_calls;  ///< of earlier servers, and whose they were
  std::uint64_t submitted = 0;
  std::set<std::uint32_t> asking_users;  ///< Principal::user of all who ever asked
  Burdens burdens;
  bool closing = false;
  bool mending = false;             ///< the journal is tried again
  base::MonoTime mended_last{};     ///< when that began
  ssh::Pool pool;                   ///< behind the others, so that its threads end first
  std::shared_ptr<void> measuring;  ///< looks at all of them

  // conduct.cpp: judge, approve, record, act, record
  base::Task<void> conduct(std::shared_ptr<Call> call);
  base::Task<void> judge_and_act(std::shared_ptr<Call> call);
  base::Task<void> judge_record_act(std::shared_ptr<Call> call);
  /// What stands against the call before anybody reads its command; its rule is among the call's then. Finds
  /// its host.
  [[nodiscard]] std::optional<base::Error> turned_away(Call& call);
  [[nodiscard]] guard::Verdict judge(Call& call) const;
  [[nodiscard]] guard::Verdict judge_under(Call& call, const guard::Policy& policy) const;

  // rights.cpp: what the asker's token leaves of what the host allows
  /// On record: at once, or in a sum.
  void sum_up(audit::Record refusal);
  /// Until no sum is open.
  base::Task<void> record_sums();
  /// Also when the host allows it: nothing but the token stands against it.
  [[nodiscard]] std::optional<base::Error> beyond_token(Call& call) const;
  [[nodiscard]] hosts::SnapshotPtr seen_by(const base::Principal& principal) {
    return sight.of(snapshot, principal);
  }
  /// Of an outcome's error, when it names a host on the way that the asker does not see.
  void keep_way_to_ourselves(Call& call) const;
  /// Commands, shells and tunnels of `principal` on a connection.
  [[nodiscard]] std::size_t own_use(const std::string& principal, std::uint64_t connection) const;
  /// Ends what runs or is open for `principal` on lost hosts.
  void end_what(const std::string& principal, const std::function<bool(const std::string& host)>& is_lost);
  /// Ends the asker's use of its connections to the host, and those that are nobody else's.
  void leave_connections(Call& call);
  /// The turn in the call's shell; nothing when it was stopped first. Throws Error(timed_out) when the call's
  /// time has passed, Error(refused) when the configuration changed.
  base::Task<std::optional<base::TurnQueue::Turn>> shell_turn(std::shared_ptr<Call> call, std::string name);
  base::Task<bool> my_turn(std::shared_ptr<Call> call);
  base::Task<bool> record_begin(std::shared_ptr<Call> call);
  base::Task<void> act(std::shared_ptr<Call> call);
  base::Task<void> record_end(std::shared_ptr<Call> call);

  // admit.cpp: what a verdict other than allow needs
  base::Task<bool> admit(std::shared_ptr<Call> call, guard::Verdict verdict);
  /// Who may open this verdict on the call; it is not allow.
  [[nodiscard]] approvals::Route route_of(const Call& call, const guard::Verdict& verdict) const;
  base::Task<bool> refuse(std::shared_ptr<Call> call, base::Error error);
  /// For the call that failed before its begin was recorded: a refusal like any other, in the record.
  base::Task<void> record_failure(std::shared_ptr<Call> call, base::Error why);
  base::Task<bool> ask_human(std::shared_ptr<Call> call, guard::Verdict verdict, bool elicit);
  /// The first answer counts: the call waits no longer, and nobody else can answer.
  void settle_question(Call& call, Decision decision);
  /// The same for all that still wait of a request that was taken.
  void settle_all(const approvals::Request& request, const Decision& decision);
  /// Its client was asked, and it is not too late.
  [[nodiscard]] bool client_may_approve(const Call& call) const;
  /// Of a call that waits for a person.
  [[nodiscard]] std::optional<ApprovalNote> approval_of(const Call& call) const;

  // operators/frozen.cpp: the emergency stop
  /// What stands against the call while the server is frozen; it is among the call's rules then. What makes
  /// an end of something is always possible.
  [[nodiscard]] std::optional<base::Error> frozen_out(Call& call);

  // operators/login_questions.cpp: what hosts ask during log-ins that only a person can answer
  class ListedQuestion;
  /// Who is asked when the call's log-in needs it: the terminal, people over the socket, or (null) nobody.
  [[nodiscard]] ssh::AskHuman asker_for(const Call& call);
  /// Throws Error when nobody may be asked now.
  void require_askable();
  /// Lists the question until it is answered, and gives the answer out once. Throws Error(login_unanswered),
  /// Error(login_declined), and Error(limit_reached) when too many are open.
  base::Task<std::optional<base::Secret>> ask_people(LoginAsker asker, HumanQuestion asked);
  /// Takes it off the list, on record. The error says why it is not on it.
  std::expected<EndedQuestion, base::Error> end_question(const std::string& id, approvals::QuestionEnd how,
                                                         const std::string& by = {},
                                                         std::string_view factor = {});
  /// Ends all of them, because the server closes or is frozen: their log-ins fail and say so.
  void put_away_questions();
  /// Those `host` asks, or that are asked behind it: its configuration was changed, or it is there no more.
  void end_questions_of(const std::string& host);
  /// What a call that connects waits for, if it waits for a person.
  [[nodiscard]] std::optional<QuestionNote> login_question_of(const Call& call) const;

  // batch.cpp, jobs.cpp
  std::shared_ptr<Call> admit_call(Action action, bool held);
  base::Task<void> roll(std::vector<std::shared_ptr<Call>> batch, Rolling rolling);
  void changed(Call& call);
  void keep_finished(const std::shared_ptr<Call>& call);
  [[nodiscard]] std::shared_ptr<Call> find(const base::CallId& id) const;
  [[nodiscard]] std::shared_ptr<Call> find(const base::Principal& principal, const base::CallId& id);
  /// What earlier servers left waiting for a person: those calls are known to have run nothing.
  void remember_lost(const audit::Recovery& found);
  /// Returns when lost_calls is known, or cannot be.
  base::Task<void> look_back();
  [[nodiscard]] Progress progress_of(Call& call);
  base::Task<void> wait_for_output(std::shared_ptr<Call> call, OutputQuery query);

  // perform_*.cpp: the acting part. Throws Error when nothing was sent; fills the outcome otherwise.
  base::Task<void> perform(std::shared_ptr<Call> call);
  base::Task<void> perform_exec(std::shared_ptr<Call> call);
  base::Task<ssh::ExecResult> exec_on(std::shared_ptr<Call> call, const ssh::Lease& lease);
  base::Task<void> perform_line(std::shared_ptr<Call> call, std::string line);
  base::Task<void> perform_connect(std::shared_ptr<Call> call);
  base::Task<void> perform_disconnect(std::shared_ptr<Call> call);
  base::Task<ssh::HostKey> fetch_host_key(std::shared_ptr<Call> call);
  base::Task<void> perform_probe(std::shared_ptr<Call> call);
  base::Task<void> perform_trust(std::shared_ptr<Call> call);
  base::Task<void> perform_forget(std::shared_ptr<Call> call);
  base::Task<void> perform_stop(std::shared_ptr<Call> call);
  base::Task<void> perform_diagnose(std::shared_ptr<Call> call);

  // perform_tunnel.cpp
  base::Task<void> perform_tunnel(std::shared_ptr<Call> call);
  /// What happened while it was opened and speaks against it.
  [[nodiscard]] std::optional<base::Error> no_tunnel_any_more(const Call& call) const;
  base::Task<void> close_tunnel(std::shared_ptr<Call> call, std::string id);
  /// Returns when those of `owner` on `host` (empty: any) are gone.
  base::Task<void> close_tunnels(std::string owner, std::string host, std::string why);
  /// The life of a tunnel, and its record at the end.
  base::Task<void> run_tunnel(std::shared_ptr<OpenTunnel> tunnel);
  base::Task<void> end_tunnel(std::shared_ptr<OpenTunnel> tunnel);
  base::Task<void> accept_all(std::shared_ptr<OpenTunnel> tunnel);
  base::Task<void> accept_from_host(std::shared_ptr<OpenTunnel> tunnel);
  /// Whether one more connection may come through; false is on record.
  bool admit_flow(const OpenTunnel& tunnel);
  static void start_flow(OpenTunnel& tunnel, base::Task<void> leading);
  base::Task<void> watch_tunnel(std::shared_ptr<OpenTunnel> tunnel);
  /// One accepted connection, to its end.
  base::Task<void> lead(std::shared_ptr<OpenTunnel> tunnel, boost::asio::ip::tcp::socket socket);
  base::Task<void> lead_back(std::shared_ptr<OpenTunnel> tunnel, std::shared_ptr<ssh::Incoming> incoming);
  /// On record, for a client of a tunnel, who sees only that its connection ends.
  void refuse_flow(const OpenTunnel& tunnel, std::string_view rule);
  /// Judges and records where a SOCKS client wants to go; nothing when it may not.
  base::Task<std::optional<audit::Record>> admit_socks(std::shared_ptr<OpenTunnel> tunnel,
                                                       boost::asio::ip::tcp::socket& socket,
                                                       const ssh::Forwarding& forwarding);
  void explain_flow(const OpenTunnel& tunnel, const std::exception_ptr& failure) const;

  /// A connection to the call's host; a new one is recorded, and so are the jump hosts on the way.
  base::Task<ssh::Lease> connect(std::shared_ptr<Call> call);
  void on_opened(const std::shared_ptr<Call>& call, const ssh::Target& target,
                 const ssh::ConnectionFacts& facts);
  base::Task<void> open_dialogue(std::shared_ptr<Call> call, std::shared_ptr<Shell> shell);
  /// Ctrl-C after a deadline or a cancellation; closes the shell when no prompt comes back.
  base::Task<void> interrupt(std::shared_ptr<Call> call, std::shared_ptr<Shell> shell);
  /// Closes the shell when it was idle for too long.
  base::Task<void> watch_idle(std::shared_ptr<Shell> shell);

  /// Before the numbers are read.
  void measure();
  base::Task<void> mend();

  [[nodiscard]] ssh::Pool::Options pool_options();
  [[nodiscard]] Secrets::Options secrets_options();

  // records.cpp
  base::Task<void> settle(audit::Record record);
  void on_closed(const std::string& host, const ssh::ConnectionFacts& facts, ssh::CloseReason reason);
  [[nodiscard]] audit::Record record_of(const Call& call, audit::Kind kind) const;

  /// Right before bytes go out: throws Error(refused) when the configuration in force no longer allows the
  /// call, or an approval was given under another one, or for a host that showed another key.
  void require_still_allowed(const Call& call) const;
  void require_still_approved(Call& call, const ssh::ConnectionFacts& facts);
  [[nodiscard]] bool still_allows(const Exec& exec, const hosts::Host& host, const Action& action) const;
  [[nodiscard]] std::chrono::milliseconds timeout_of(const Call& call) const;
  [[nodiscard]] std::size_t budget_of(const Call& call) const;
};

}  // namespace mcpssh::gateway
