#include "approvals/people.hpp"

#include <chrono>

#include "base/accounts.hpp"
#include "base/slow_calls.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

/// Operators wait 5 s for an answer.
constexpr auto lookup_bound = std::chrono::seconds(2);

}  // namespace

base::Task<Approver> approver_of(std::uint32_t user, std::optional<std::uint32_t> approvers) {
  const auto look = [user, approvers] {
    Approver who;
    who.user = user;
    who.name = base::user_name(user);
    who.entitled = user == 0 || (approvers && base::is_member(user, *approvers));
    return who;
  };
  const auto found = co_await base::slow_call(look, lookup_bound);
  if (found) co_return *found;
  Approver nobody_knows;
  nobody_knows.user = user;
  nobody_knows.name = std::to_string(user);
  nobody_knows.entitled = user == 0;
  nobody_knows.unknown = user != 0;
  co_return nobody_knows;
}

std::string described(const Approver& who) {
  return base::printable(who.name, 64) + " (" + std::to_string(who.user) + ")";
}

std::string_view to_string(HumanFactor factor) {
  switch (factor) {
    case HumanFactor::other_user:
      return "other_user";
    case HumanFactor::totp:
      return "totp";
    case HumanFactor::none:
      break;
  }
  return "none";
}

HumanFactor factor_of(const Approver& who, const base::Principal& asker, std::uint32_t server) {
  const auto asking = asker.user.value_or(server);
  const bool other = who.entitled && asking != 0 && who.user != asking;
  return other ? HumanFactor::other_user : HumanFactor::none;
}

std::string named(const Approver& who, HumanFactor factor) {
  return (factor == HumanFactor::none ? "socket " : "human:socket ") + described(who);
}

std::string why_no_code(const Approver& who, const base::Principal& asker, std::uint32_t server) {
  const auto asking = asker.user.value_or(server);
  if (!who.entitled) return described(who) + " is no approver";
  if (asking == 0) return "the asker's processes may run as root, who can read every secret";
  if (asking == server)
    return "the asker's processes may run as the server's own user, who can read the secret";
  return "";
}

}  // namespace mcpssh::approvals
