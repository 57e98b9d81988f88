#pragma once
#include <string>

#include "base/clock.hpp"
#include "cli/doctor/finding.hpp"
#include "gateway/outcome.hpp"
#include "hosts/host.hpp"

/// What can be said of a host once a log-in was tried. Pure: outcomes in, findings out.
namespace mcpssh::cli::doctor {

/// What an attempt to connect says of the way there, key exchange, host key, log-in and shell. Of a host that
/// is reached directly the way was looked at already (network_findings) and is left out.
Findings login_findings(const hosts::Host& host, const gateway::Outcome& outcome);

/// `outcome` of Diagnose::Part::sftp.
Finding sftp_finding(const gateway::Outcome& outcome);

/// `outcome` of `true` under sudo.
Finding sudo_finding(const hosts::Host& host, const gateway::Outcome& outcome);

/// `outcome` of a harmless line on a device: whether its prompt is known.
Finding prompt_finding(const hosts::Host& host, const gateway::Outcome& outcome);

/// `outcome` of `date +%s`, sent and answered at these times.
Finding clock_finding(const gateway::Outcome& outcome, base::WallTime sent, base::WallTime answered);

/// What was asked before and after the log-in as one list: what a real connection said wins.
Findings joined(Findings network, Findings login);

}  // namespace mcpssh::cli::doctor
