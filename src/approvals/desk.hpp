#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/principal.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::approvals {

/// The owner's setting of what counts as approval.
enum class Setting { automatic, human, model, none };

/// The ways to a person that the owner has set up.
struct Channels {
  bool approvers = false;          ///< users of a group answer over the operators' socket
  bool trust_elicitation = false;  ///< settings.trust_elicitation
  std::string approvers_closed{};  ///< why approvers cannot answer at present; empty: they can
  std::size_t needed = 1;          ///< so many different approvers have to agree (approvals_needed)
};

/// What is known about the asker when a verdict needs approval.
struct Asker {
  base::Principal principal;
  bool can_elicit = false;         ///< its client declares form elicitation
  bool confirm_dangerous = false;  ///< the argument of the call
  Channels channels{};
};

/// Who may open this verdict.
struct Route {
  enum class Kind {
    granted,    ///< open now; `approved_by` goes to the record
    ask_human,  ///< wait for a person
    refused,    ///< `why` names the setting that would change it
  } kind = Kind::refused;
  std::string approved_by;
  std::string why;
  bool elicit = false;  ///< the person behind the asker's client may answer too
};

/// The name a transport gives everyone who holds the one shared MCP_AUTH_TOKEN. Others over HTTP are named
/// tokens.
inline constexpr std::string_view shared_token = "shared";

/// The approval rules of docs/guard.md ("Approval"). Pure. `verdict.decision` must not be allow.
/// `unlocked`: the verdict asks only because of `unlock:` (Verdict::unlocked), so a human alone may open it.
Route route(Setting setting, const Asker& asker, const guard::Verdict& verdict, bool unlocked);

/// Remembers declines for an hour, so that a model cannot ask again until someone gives in. Lives on one
/// executor. Holds the last `most` declines; past that the one nearest its end goes.
class Declines {
 public:
  static constexpr std::chrono::hours hold{1};
  static constexpr std::size_t most = 1024;

  explicit Declines(base::Clock clock);
  void remember(const std::string& digest);
  /// How long the decline of `digest` still holds; zero when it does not.
  [[nodiscard]] std::chrono::seconds holds(const std::string& digest);
  /// A person approved it after all. False when no decline held.
  bool lift(const std::string& digest);

 private:
  base::Clock clock_;
  std::map<std::string, base::MonoTime> until_;
};

}  // namespace mcpssh::approvals
