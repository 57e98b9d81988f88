#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "approvals/freeze.hpp"
#include "approvals/login_questions.hpp"
#include "approvals/people.hpp"
#include "approvals/requests.hpp"
#include "base/secret.hpp"
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

/// What became of one call that was ended.
struct StopOfOne {
  std::string host;
  bool ended = false;  ///< when the answer was given
  State state = State::cancelled;
  Remains remains = Remains::unproved;
  long remote_pid = 0;
};

/// Something that is open, and whose it is.
struct OpenThing {
  std::string principal;
  SessionNote note;                    ///< of a tunnel: its host
  std::optional<TunnelNote> tunnel{};  ///< it is one
};

/// What becomes of an approval that somebody would give.
enum class Standing {
  counts,      ///< as another user's
  needs_code,  ///< with a one-time code
  no,          ///< never
};
/// "counts", "code", "no".
std::string_view to_string(Standing standing);

/// An operator's answer to a request.
struct Answer {
  std::string id;
  bool approve = false;
  std::string shown{};  ///< approvals::digest_of_shown() of what was shown; of an approval of what is open
  std::string code{};   ///< one-time code; empty: none
};

/// An answer to what a host asks during a log-in: longer than anybody types, short enough for a wish.
inline constexpr std::size_t most_answer_bytes = 512;

/// What the people who watch over a server do with it: answer requests for approval and what hosts ask during
/// log-ins, and the emergency stop.
/// Whoever calls this has made sure who they are. Lives on the gateway's executor; the gateway outlives it.
class Operators {
 public:
  explicit Operators(Gateway& gateway) : gateway_(gateway) {}

  /// No approver reaches this server, for this reason; what needs one is refused and says so.
  void close_to_approvers(std::string why);

  /// The hosts.yaml in force; empty when there is none.
  [[nodiscard]] std::filesystem::path configuration() const;

  /// The oldest first; valid until anything else is done here.
  [[nodiscard]] std::vector<const approvals::Request*> pending() const;
  /// Another number whenever pending() or login_questions() would tell something else.
  [[nodiscard]] std::uint64_t revision() const;
  /// How long until nobody may answer it any more.
  [[nodiscard]] std::chrono::milliseconds left(const approvals::Request& request) const;

  /// Returns when something changed that may have changed what is pending or frozen.
  base::Task<void> changed();

  /// Answers a request; what it is about goes on at once, is refused, or waits for the other people it needs.
  /// Returns a sentence that says so. Approving one that was declined within the hour lifts the decline, so
  /// that the same may be asked again. Throws Error(not_found) when it is not open, and Error(refused) when
  /// `who` may not approve it, or was shown another text: whoever has the asker's user needs a code, where
  /// one counts. Anybody may decline.
  base::Task<std::string> answer(Answer answer, approvals::Approver who);
  /// Whether answer() would take an approval of `who`.
  [[nodiscard]] Standing standing(const approvals::Request& request, const approvals::Approver& who) const;

  /// From here on what hosts ask during log-ins, and no secret answers, is put to people through this class:
  /// they can reach it.
  void open_to_answers();
  /// The oldest first; valid until anything else is done here.
  [[nodiscard]] std::vector<const approvals::LoginQuestion*> login_questions() const;
  [[nodiscard]] std::chrono::milliseconds left(const approvals::LoginQuestion& question) const;
  /// Gives the host its answer, once; returns a sentence that says so. Whoever gives it gives a secret away
  /// and gets nothing: so the asker's own user may. Throws Error(not_found) when it is not open,
  /// Error(refused) when `who` is neither entitled nor the server's own user.
  std::string answer_login(const std::string& id, base::Secret answer, const approvals::Approver& who);
  /// Its log-in ends. Throws Error(not_found); anybody may.
  std::string decline_login(const std::string& id, const approvals::Approver& who);

  [[nodiscard]] std::optional<approvals::FreezeNote> frozen() const;
  /// From here on nothing new runs on any host, over restarts too, until thaw(). What runs goes on. Throws
  /// Error when it does not hold over restarts.
  base::Task<std::string> freeze(approvals::Approver who, std::string reason);
  /// Throws Error(refused) when a host has approval: human, or approvers are set up, and `who` could be the
  /// asker and has no one-time code that counts.
  base::Task<std::string> thaw(approvals::Approver who, std::string code = {});
  /// Ends what runs, shells, tunnels and connections; returns when all is ended, after 5 s at the latest.
  base::Task<StopReport> stop_all(approvals::Approver who);
  /// Ends one call, whoever's it is; returns when it has ended, after 8 s at the latest. Throws
  /// Error(not_found) when it does not run or wait.
  base::Task<StopOfOne> stop_call(std::string call, approvals::Approver who);
  /// What is open, by principal: connections, shells, tunnels, and calls that run or wait.
  [[nodiscard]] std::vector<OpenThing> open_things() const;

 private:
  base::Task<std::string> approve(Answer answer, approvals::Approver who);
  base::Task<std::string> approve_now(Answer answer, approvals::Approver who, approvals::HumanFactor factor);
  base::Task<std::string> lift(approvals::Past past, Answer answer, approvals::Approver who);
  void require_shown(const Answer& answer) const;
  /// Who would answer that question, and what makes it a person's answer, for the record.
  [[nodiscard]] std::pair<std::string, std::string_view> answerer(const std::string& id,
                                                                  const approvals::Approver& who) const;

  // proof.cpp: what makes an answer a person's
  /// Of `who` to a request of `asker`. Uses up the code where one is needed; what counts for nothing is
  /// recorded, and Error(refused) thrown.
  base::Task<approvals::HumanFactor> proved(approvals::Approver who, base::Principal asker, Answer answer);
  /// Throws Error when it is none of `who`, now; recorded as an attempt at `tool` on `about`.
  base::Task<void> spend_code(approvals::Approver who, std::string code, std::string tool, std::string about);
  base::Task<base::Secret> code_key(std::string user);
  [[nodiscard]] bool has_codes(const approvals::Approver& who) const;
  base::Task<void> record(std::string tool, std::string state, std::string detail, approvals::Approver who,
                          approvals::HumanFactor factor);
  [[nodiscard]] approvals::HumanFactor factor_of_all(const approvals::Approver& who) const;
  /// The same with a code, which is used up. Error(refused) like proved().
  base::Task<approvals::HumanFactor> proved_to_all(approvals::Approver who, std::string code);

  Gateway& gateway_;
};

}  // namespace mcpssh::gateway
