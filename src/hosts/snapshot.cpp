#include "hosts/snapshot.hpp"

#include <algorithm>
#include <cstdlib>

namespace mcpssh::hosts {

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

const Host* Snapshot::find(std::string_view name) const {
  const auto found = std::ranges::find(hosts, name, &Host::name);
  return found == hosts.end() ? nullptr : &*found;
}

std::vector<std::string> Snapshot::names() const {
  std::vector<std::string> names;
  for (const Host& host : hosts) names.push_back(host.name);
  return names;
}

}  // namespace mcpssh::hosts
