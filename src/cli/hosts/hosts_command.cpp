// mcp-ssh hosts list | test
#include <chrono>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/hosts/hosts_prompt.hpp"
#include "cli/house.hpp"
#include "cli/local_action.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::cli {
namespace {

base::Task<int> test_hosts(gateway::Gateway& gateway, std::string selector) {
  const auto names = selected_hosts(*gateway.snapshot(), selector);
  int failed = 0;
  for (const auto& name : names) {
    const auto outcome = co_await local_action(gateway, name, gateway::Connect(), "hosts test");
    if (outcome.state == gateway::State::connected) {
      const auto& facts = *outcome.connection;
      std::cout << name << ": ok, " << facts.user << "@" << facts.address << ", " << facts.host_key_type
                << " " << facts.fingerprint << ", by " << facts.auth_method << "\n";
    } else {
      std::cout << (outcome.error ? outcome.error->message : name + ": failed") << "\n";
      failed += 1;
    }
  }
  co_return failed == 0 ? 0 : 1;
}

}  // namespace

int hosts_list(const Common& common, const std::string& selector) {
  const Configuration configuration = starting_configuration(common);
  for (const auto& name : selected_hosts(*configuration.snapshot, selector)) {
    const auto& host = *configuration.snapshot->find(name);
    std::cout << host.name << "  " << host.user << "@" << host.address << ":" << host.port << "  "
              << to_string(host.shell) << ", login by " << hosts::methods_text(host.auth) << "\n";
  }
  for (const auto& note : configuration.snapshot->notes) std::cerr << "note: " << note << "\n";
  if (configuration.snapshot->hosts.empty())
    std::cout << "no hosts are configured in " << configuration.snapshot->path.string() << "\n";
  return 0;
}

int hosts_test(const Common& common, const std::string& selector) {
  return with_gateway(
      common, [selector](gateway::Gateway& gateway) { return test_hosts(gateway, selector); },
      terminal_prompter());
}

}  // namespace mcpssh::cli
