#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace mcpssh::ssh {

/// Which of an agent's keys to offer.
struct IdentityFilter {
  std::size_t max_keys = 0;
  std::string only;  ///< "SHA256:..." as `ssh-add -l` prints it; empty: all
};

/// An agent's SSH_AGENT_IDENTITIES_ANSWER (draft-miller-ssh-agent section 3.5), cut down.
struct Identities {
  std::string answer;       ///< the same message with only the keys to offer
  std::size_t held = 0;     ///< keys in the agent that libssh can use
  std::size_t offered = 0;  ///< those in `answer`
};

/// Keeps the keys to try: of a type libssh can use (at the first other one it gives up), that pass `filter`.
/// A certificate passes by its own fingerprint or by that of the key it is for, as `ssh-add -l` prints it.
/// Anything that is not such an answer becomes an empty list. Pure.
Identities usable_identities(std::string_view answer, const IdentityFilter& filter);

}  // namespace mcpssh::ssh
