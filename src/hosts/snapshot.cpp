#include "hosts/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

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

std::expected<base::Secret, base::Error> resolve(const SecretRef& ref, const Environment& environment) {
  auto value = environment(ref.variable);
  if (value && !value->empty()) return base::Secret(std::move(*value));
  const std::string asked_by =
      ref.purpose.empty() ? ref.place.str() : fmt::format("{}, {}", ref.purpose, ref.place.str());
  return std::unexpected(base::Error(
      base::ErrorCode::invalid_config,
      fmt::format("environment variable {} is {} ({})", ref.variable, value ? "empty" : "not set", asked_by),
      fmt::format("set {} where the server is started (for an MCP client: `env` of its server entry)",
                  ref.variable)));
}

std::vector<base::Secret> all_secrets(const Snapshot& snapshot, const Environment& environment) {
  std::set<std::string> variables;
  for (const Host& host : snapshot.hosts) {
    if (host.auth.passphrase) variables.insert(host.auth.passphrase->variable);
    if (host.auth.password) variables.insert(host.auth.password->variable);
  }
  std::vector<base::Secret> secrets;
  for (const std::string& variable : variables)
    if (auto value = environment(variable); value && !value->empty()) secrets.emplace_back(std::move(*value));
  return secrets;
}

}  // namespace mcpssh::hosts
