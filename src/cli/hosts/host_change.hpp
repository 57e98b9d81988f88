#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "hosts/edit/host_findings.hpp"
#include "hosts/edit/hosts_file.hpp"

namespace mcpssh::cli {

/// What `hosts add` and `hosts edit` were given, as changes of the file. `entry`: what the host has now; a
/// null node for a new one. Throws base::Error(invalid_argument).
std::vector<hosts::YamlEdit> edits_of(const HostEditOptions& options, const hosts::YamlNode& entry);

/// What a host's entry in this text is; a null node when it has none of its own.
hosts::YamlNode entry_in(const hosts::HostsFile& file, const std::string& name);

/// What the file would be, read as the server would. Throws the error the server would give.
hosts::Snapshot checked(const hosts::HostsFile& file);
/// What save() holds against it beside the loader: the patterns compile.
void check_policies(const hosts::Snapshot& snapshot);

/// Findings about these hosts of the snapshot.
std::vector<hosts::HostFinding> findings_of(const hosts::Snapshot& snapshot,
                                            const std::vector<std::string>& names);

/// Says what changes (or changed): for people or, with `json`, as one line. Problems among the findings
/// refuse the change unless `force`. Writes when there is a lock. `diff_shown`: the person has seen it.
/// Returns the exit status.
int finish_change(hosts::HostsFile& file, const std::optional<hosts::EditLock>& lock,
                  const std::vector<std::string>& names, const ChangeOptions& options,
                  base::json::object more = {}, bool diff_shown = false);
/// Waits for its turn, and says so; nothing for a dry run, which must leave no trace.
std::optional<hosts::EditLock> lock_for(const std::filesystem::path& file, const ChangeOptions& options);

}  // namespace mcpssh::cli
