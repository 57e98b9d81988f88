#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/doctor/finding.hpp"
#include "hosts/snapshot.hpp"

/// The checks of this machine: what a server that is started here, by this user, in this environment would
/// find. They change nothing, ask no host, and block while they look.
namespace mcpssh::cli::doctor {

/// What they look at.
struct House {
  std::filesystem::path file;        ///< hosts.yaml, whether it is there or not
  hosts::SnapshotPtr snapshot;       ///< null: it makes no sense
  hosts::Environment environment{};  ///< of this process
  std::vector<std::string> names{};  ///< of the hosts whose keys and secrets matter
};

// house_files.cpp
/// hosts.yaml that could be read: how many hosts, what an import left out.
Findings configuration_findings(const House& house);
Findings state_directory_findings();
/// Whether records can be written, and whether the chain of those there holds.
Findings journal_findings(const House& house);
/// Key files, secret files, variables, commands: there, private, never their values.
Findings secret_findings(const House& house);

// house_ways.cpp
Findings agent_findings(const House& house);
Findings known_hosts_findings(const House& house);
Findings socket_findings(const House& house);
Findings token_findings(const House& house);
Findings freeze_findings();
Findings approval_findings(const House& house);

// house_process.cpp
Findings process_findings();
Findings clock_findings(const House& house);

/// All of them, in this order; without a snapshot those that need none.
Findings house_findings(const House& house);

}  // namespace mcpssh::cli::doctor
