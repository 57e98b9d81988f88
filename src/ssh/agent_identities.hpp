#pragma once
#include <string>
#include <string_view>

namespace mcpssh::ssh {

/// An agent's SSH_AGENT_IDENTITIES_ANSWER (draft-miller-ssh-agent section 3.5) with only the keys we would
/// try: of a type libssh can use (at the first other one it gives up), at most `max_keys` (sshd allows six
/// attempts). Anything that is not such an answer becomes an empty list. Pure.
std::string usable_identities(std::string_view answer, std::size_t max_keys);

}  // namespace mcpssh::ssh
