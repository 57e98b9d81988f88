#include "ssh/algorithms.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::ssh::algorithms {
namespace {

struct KeyType {
  std::string_view type;
  std::string_view signatures;
};
constexpr std::array<KeyType, 5> key_types{{
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
}};

const KeyType* find(std::string_view type) {
  const auto found = std::ranges::find(key_types, type, &KeyType::type);
  return found == key_types.end() ? nullptr : &*found;
}

}  // namespace

std::string host_keys(std::span<const std::string> on_record) {
  std::vector<std::string> order;
  const auto add = [&order](std::string_view signatures) {
    if (std::ranges::find(order, signatures) == order.end()) order.emplace_back(signatures);
  };
  for (const auto& type : on_record)
    if (const auto* known = find(type)) add(known->signatures);
  for (const auto& other : key_types) add(other.signatures);
  return base::join(order, ",");
}

std::string host_keys_of(std::string_view type) {
  if (const auto* known = find(type)) return std::string(known->signatures);
  std::vector<std::string> names;
  names.reserve(key_types.size());
  for (const auto& each : key_types) names.emplace_back(each.type);
  throw base::Error(base::ErrorCode::invalid_argument, "no host key type '" + base::printable(type) + "'",
                    "use one of " + base::join(names, ", "));
}

}  // namespace mcpssh::ssh::algorithms
