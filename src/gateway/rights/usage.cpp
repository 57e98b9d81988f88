#include "gateway/rights/usage.hpp"

#include <algorithm>

namespace mcpssh::gateway {

void Usage::note(std::uint64_t connection, const std::string& principal) {
  users_[connection].insert(principal);
}

void Usage::leave(std::uint64_t connection, const std::string& principal) {
  const auto found = users_.find(connection);
  if (found == users_.end()) return;
  found->second.erase(principal);
  if (found->second.empty()) users_.erase(found);
}

void Usage::leave(const std::string& principal) {
  for (auto& [connection, users] : users_) users.erase(principal);
  std::erase_if(users_, [](const auto& each) { return each.second.empty(); });
}

std::set<std::string> Usage::users(std::uint64_t connection, const Entries& all) const {
  std::set<std::string> found;
  if (const auto own = users_.find(connection); own != users_.end()) found = own->second;
  // A way leads to later connections only, so this ends.
  for (const auto& entry : all)
    if (entry.carrier == connection) found.merge(users(entry.number, all));
  return found;
}

void Usage::keep_only(const Entries& open) {
  std::erase_if(users_, [&](const auto& each) {
    return std::ranges::find(open, each.first, &ssh::Pool::Entry::number) == open.end();
  });
}

}  // namespace mcpssh::gateway
