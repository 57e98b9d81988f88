#include "base/accounts.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <system_error>
#include <vector>

namespace mcpssh::base {
namespace {

constexpr std::size_t entry_bytes = 16 * 1024;
constexpr std::size_t most_groups = 65536;  // NGROUPS_MAX

struct Account {
  std::string name;
  gid_t group = 0;
};

std::optional<Account> account_of(uid_t user) {
  std::vector<char> room(entry_bytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, room.data(), room.size(), &found);
  if (found == nullptr) return std::nullopt;
  return Account{found->pw_name, found->pw_gid};
}

}  // namespace

std::string user_name(uid_t user) {
  const auto account = account_of(user);
  return account ? account->name : std::to_string(user);
}

std::optional<gid_t> group_id(const std::string& name) {
  std::vector<char> room(entry_bytes);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

bool is_member(uid_t user, gid_t group) {
  const auto account = account_of(user);
  if (!account) return false;
  std::vector<gid_t> groups(256);
  int count = static_cast<int>(groups.size());
  if (::getgrouplist(account->name.c_str(), account->group, groups.data(), &count) < 0) {
    groups.resize(most_groups);
    count = static_cast<int>(groups.size());
    if (::getgrouplist(account->name.c_str(), account->group, groups.data(), &count) < 0) return false;
  }
  groups.resize(static_cast<std::size_t>(count));
  return std::ranges::find(groups, group) != groups.end();
}

std::string because(int error) {
  return std::generic_category().message(error);
}

}  // namespace mcpssh::base
