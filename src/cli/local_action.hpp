#pragma once
#include <string>
#include <vector>

#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// The person at this terminal, who uses the command `tool`.
base::Principal local_principal(const std::string& tool);

/// An action of the person at this terminal, through the same door as every other; waits for its outcome.
base::Task<gateway::Outcome> local_action(gateway::Gateway& gateway, std::string host, gateway::What what,
                                          std::string tool);

/// Names of the hosts `selector` picks. Throws Error(not_found) when it picks none.
std::vector<std::string> selected_hosts(const hosts::Snapshot& snapshot, const std::string& selector);

}  // namespace mcpssh::cli
