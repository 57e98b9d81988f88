// mcp-ssh hosts forget: takes a host's keys out of known_hosts.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/house.hpp"
#include "cli/local_action.hpp"

namespace mcpssh::cli {
namespace {

base::Task<bool> forget_one(gateway::Gateway& gateway, std::string name) {
  const auto outcome = co_await local_action(gateway, name, gateway::Forget(), "hosts forget");
  if (outcome.state != gateway::State::forgotten) {
    std::cout << (outcome.error ? outcome.error->message : name + ": nothing was changed") << "\n";
    co_return false;
  }
  const std::string& keys = outcome.connection->known_fingerprints;
  std::cout << name << " (" << outcome.connection->address
            << "): " << (keys.empty() ? "no key was on record" : "forgotten: " + keys) << "\n";
  if (const std::string& still = outcome.connection->on_record; !still.empty())
    std::cout << "  still on record in " << still << ", which this program does not write\n";
  co_return true;
}

base::Task<int> forget_hosts(gateway::Gateway& gateway, std::string selector) {
  bool all = true;
  for (const auto& name : selected_hosts(*gateway.snapshot(), selector)) {
    const bool one = co_await forget_one(gateway, name);
    all = all && one;
  }
  co_return all ? 0 : 1;
}

}  // namespace

int hosts_forget(const Common& common, const std::string& selector) {
  return with_gateway(common,
                      [selector](gateway::Gateway& gateway) { return forget_hosts(gateway, selector); });
}

}  // namespace mcpssh::cli
