#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/principal.hpp"
#include "base/task.hpp"

/// Who counts as a person (docs/approvals.md).
namespace mcpssh::approvals {

/// The UNIX group whose members answer for services when hosts.yaml names no other.
inline constexpr std::string_view default_group = "mcp-ssh-approvers";

/// Who answers over the operators' socket, by the kernel's word.
struct Approver {
  std::uint32_t user = 0;
  std::string name;       ///< "alice"; the number when it has none
  bool entitled = false;  ///< root, or an account of this machine in the approvers' group
  bool unknown = false;   ///< nobody could say which groups: the account service gave no answer

  bool operator==(const Approver&) const = default;
};

/// The account database's word on `user`, with the members of `approvers` and root entitled. When it gives
/// none within 2 s, the user has no name and is entitled to nothing, unless it is root. Cancelling gives up
/// the wait.
base::Task<Approver> approver_of(std::uint32_t user, std::optional<std::uint32_t> approvers);

/// "alice (1001)".
std::string described(const Approver& who);

/// What makes an answer a person's.
enum class HumanFactor {
  none,        ///< the asker could have given it
  other_user,  ///< the asker's processes cannot act as this user
  totp,        ///< a one-time code, whose secret the asker's processes cannot read
};
std::string_view to_string(HumanFactor factor);

/// Whatever the asker's user can do counts as the asker: root can become anybody, so nobody is another user
/// than an asker who is root. Who is not entitled is nobody: an asker may have numbers of its own to give
/// itself (/etc/subuid). `server`: the user this server runs as, who is taken for the asker's when nobody
/// knows better: over stdio, and over HTTP, where a token says nothing of users.
HumanFactor factor_of(const Approver& who, const base::Principal& asker, std::uint32_t server);

/// Who gave an answer, for records and for who asked: "human:socket alice (1001)", and "socket alice (1001)"
/// of one that is nobody's in particular.
std::string named(const Approver& who, HumanFactor factor);

/// Why a one-time code makes no answer of `who` a person's, as a sentence goes on after "a code does not
/// count here: "; empty when it does: then the asker's processes can read neither the secret, which is the
/// server's user's, nor act as somebody who can.
std::string why_no_code(const Approver& who, const base::Principal& asker, std::uint32_t server);

}  // namespace mcpssh::approvals
