#pragma once
#include <sys/types.h>

#include <optional>
#include <string>

/// Users and groups of this machine (NSS, which may ask other machines: these calls can block).
namespace mcpssh::base {

/// "alice"; the number of a user without a name.
std::string user_name(uid_t user);
/// The id of a group; nothing when there is none of that name.
std::optional<gid_t> group_id(const std::string& name);
/// The user has an account here, and the account database puts it into the group. What groups a process says
/// it has does not matter.
bool is_member(uid_t user, gid_t group);

/// The text of an errno.
std::string because(int error);

}  // namespace mcpssh::base
