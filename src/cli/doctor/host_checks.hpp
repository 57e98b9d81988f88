#pragma once
#include <string>

#include "base/task.hpp"
#include "cli/doctor/finding.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::cli::doctor {

/// Looks at one host, from its name to its clock, each step an action through the gateway: judged, recorded,
/// and refused where it would be for anybody. `name` is configured.
base::Task<Section> look_at_host(gateway::Gateway& gateway, std::string name);

}  // namespace mcpssh::cli::doctor
