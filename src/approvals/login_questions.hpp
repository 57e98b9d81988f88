#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "approvals/unanswered.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/principal.hpp"

namespace mcpssh::approvals {

/// What a host wants to know during a log-in that no secret of the configuration answers: a one-time code,
/// say. Whoever answers gives a secret away, so they have to see who gets it.
struct LoginQuestion {
  std::string id;             ///< short, unguessable; of this question and no other, as long as it is open
  base::Principal principal;  ///< whose call it was that began the log-in
  std::string tool, call;
  std::string towards;               ///< the host that call is for
  std::string host;                  ///< the one that asks; another than `towards` is on the way there
  std::string user, address;         ///< the log-in, and where that host was reached
  std::vector<std::string> through;  ///< jump hosts before it, the one reached first first
  std::string host_key;              ///< "ssh-ed25519 SHA256:..."
  std::string host_key_doubt;        ///< why that proves nothing; empty: the host proved to be itself
  // The host's own words: nothing vouches for them.
  std::string name, instruction, text;
  base::WallTime asked;
  base::MonoTime asked_mono;
  base::MonoTime until;  ///< from then on nobody may answer
};

/// How a question came to its end.
enum class QuestionEnd {
  answered,
  declined,
  unanswered,  ///< nobody said anything in time
  cancelled    ///< the log-in ended before
};
/// "answered", "declined", "unanswered", "cancelled".
std::string_view to_string(QuestionEnd end);

/// Whether `id` looks like one of a question, and not of a request for approval.
bool names_login_question(std::string_view id);

/// The questions that are open, without their answers. Exactly one end each: end() gives a question out once.
/// Lives on one executor.
class LoginQuestions {
 public:
  static constexpr std::size_t most_of_host = 2;
  static constexpr std::size_t most_of_one = 16;  ///< of one principal
  static constexpr std::size_t most = 64;
  /// So many of a host declined in a row, and nobody is asked about it for a while: who is asked again and
  /// again gives in at some time.
  static constexpr std::size_t most_declines = 3;
  static constexpr std::chrono::minutes pause{10};
  static constexpr std::size_t most_past = 256;  ///< questions that are over and still known

  explicit LoginQuestions(base::Clock clock) : clock_(std::move(clock)), unanswered_(clock_) {}

  /// Opens it under a fresh id, which is returned; all else of it but the times it was asked at is the
  /// caller's. Error(limit_reached) when too many are open, too many of its host were declined, or too many
  /// of its asker had no answer.
  std::expected<std::string, base::Error> open(LoginQuestion asking);
  /// Gives the question out; it is over. `by`: who ended it. Error(not_found), which says how it ended if it
  /// has; a question whose time is up can only end as unanswered or cancelled.
  std::expected<LoginQuestion, base::Error> end(const std::string& id, QuestionEnd how,
                                                const std::string& by = {});

  [[nodiscard]] const std::map<std::string, LoginQuestion>& all() const { return open_; }
  /// Another number whenever all() has changed.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] const LoginQuestion* find(const std::string& id) const;

 private:
  struct Past {
    std::string id;
    QuestionEnd how;
    std::string by;
  };
  /// Declines in a row, and when the last one came.
  struct Streak {
    std::size_t declines = 0;
    base::MonoTime last;
  };
  [[nodiscard]] std::expected<void, base::Error> room_for(const LoginQuestion& asking);
  [[nodiscard]] base::Error gone(const std::string& id) const;
  void remember(const LoginQuestion& question, QuestionEnd how, const std::string& by);

  base::Clock clock_;
  std::map<std::string, LoginQuestion> open_;
  std::uint64_t revision_ = 0;
  std::deque<Past> past_;                  ///< oldest first
  std::map<std::string, Streak> streaks_;  ///< by host
  Unanswered unanswered_;
};

}  // namespace mcpssh::approvals
