#pragma once
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "hosts/edit/hosts_file.hpp"

namespace mcpssh::cli {

struct Imported {
  std::vector<std::string> added;    ///< names, in the order of the source
  std::vector<std::string> skipped;  ///< hosts.yaml has them already
  std::vector<std::string> notes;    ///< what was left out and why
};

/// Adds to the file in memory what the source has and it has not. Throws base::Error.
Imported import_into(hosts::HostsFile& file, const ImportOptions& options);

}  // namespace mcpssh::cli
