#pragma once
#include <string>

#include "cli/doctor/finding.hpp"
#include "gateway/outcome.hpp"
#include "hosts/host.hpp"

/// What can be said of a host before a log-in. Pure.
namespace mcpssh::cli::doctor {

/// DNS, TCP of each address, the greeting, what the key exchange would agree on, and Terrapin.
Findings network_findings(const hosts::Host& host, const gateway::Outcome& outcome);

/// An SSH server answers there, so that a log-in may be tried.
bool worth_a_log_in(const gateway::Outcome& outcome);

/// The change of hosts.yaml that lets `host` and this program agree, as a command; empty when nothing would.
/// `agreements`: of a Diagnosis.
std::string opening_command(const hosts::Host& host, const std::vector<gateway::AgreementNote>& agreements);

/// CVE-2023-48795: what of the agreed algorithms can be cut by an attacker in between; empty: nothing.
std::string open_to_terrapin(const std::string& cipher, const std::string& mac, bool strict);

}  // namespace mcpssh::cli::doctor
