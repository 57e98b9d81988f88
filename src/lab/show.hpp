#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lab/switch.hpp"

/// What the simulated switch prints, as lines without their ends.
namespace mcpssh::lab::show {

using Lines = std::vector<std::string>;

Lines version(const SwitchConfig& config);
/// "running-config" with its heading, long enough for several pages.
Lines running_config(const SwitchConfig& config);
Lines startup_config(const std::optional<SwitchConfig>& saved);
Lines ip_interface_brief(const SwitchConfig& config);
Lines interfaces_status(const SwitchConfig& config);
Lines vlan_brief(const SwitchConfig& config);
/// "*15:04:05.123 UTC Sun Nov 22 2026".
Lines clock(base::WallTime now);

}  // namespace mcpssh::lab::show
