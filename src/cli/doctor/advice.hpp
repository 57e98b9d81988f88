#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/doctor/finding.hpp"
#include "gateway/outcome.hpp"
#include "hosts/host.hpp"

/// What to add on a host, for what no guard can do (docs/safety.md). Pure.
namespace mcpssh::cli::doctor {

/// What could be seen of a host. Nothing: it could not.
struct HostFacts {
  std::optional<bool> root;      ///< the login is uid 0
  std::string our_address;       ///< as the host sees this machine
  std::optional<bool> confined;  ///< SELinux or AppArmor holds the login
  std::optional<bool> audited;   ///< auditd runs
  std::optional<bool> sudo_all;  ///< sudo lets it run everything
  std::string auth_method;       ///< "publickey (id_ed25519)"
};

/// The commands that find the facts out. They read only, and go through the guard like any other.
inline constexpr const char* identity_command =
    "id -u; printf '%s\\n' \"$SSH_CONNECTION\"; cat /proc/self/attr/current 2>/dev/null";
inline constexpr const char* audit_command = "pgrep -x auditd";
inline constexpr const char* sudo_list_command = "sudo -n -l";

/// Adds what the outcome of each command says; what was refused or makes no sense says nothing.
void take_identity(const gateway::Outcome& outcome, HostFacts& facts);
void take_audit(const gateway::Outcome& outcome, HostFacts& facts);
void take_sudo_list(const gateway::Outcome& outcome, HostFacts& facts);

/// What is not done on the host as far as can be seen, the most useful first, with lines to copy.
std::vector<Advice> advice_for(const hosts::Host& host, const HostFacts& facts);

}  // namespace mcpssh::cli::doctor
