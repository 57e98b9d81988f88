#include "approvals/people.hpp"

#include "base/text.hpp"

namespace mcpssh::approvals {

std::string described(const Approver& who) {
  return base::printable(who.name, 64) + " (" + std::to_string(who.user) + ")";
}

std::string_view to_string(HumanFactor factor) {
  return factor == HumanFactor::other_user ? "other_user" : "none";
}

HumanFactor factor_of(const Approver& who, const base::Principal& asker, std::uint32_t server) {
  const auto asking = asker.user.value_or(server);
  const bool other = who.entitled && asking != 0 && who.user != asking;
  return other ? HumanFactor::other_user : HumanFactor::none;
}

}  // namespace mcpssh::approvals
