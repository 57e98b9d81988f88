#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/log.hpp"
#include "base/task.hpp"
#include "cli/commands.hpp"
#include "gateway/gateway.hpp"
#include "hosts/snapshot.hpp"

/// The wiring: the only place that builds the objects of the house.
namespace mcpssh::cli {

/// A configuration that was read and compiled.
struct Configuration {
  hosts::SnapshotPtr snapshot;
  std::shared_ptr<const gateway::PolicySet> policies;
};

/// Where the configuration comes from.
std::filesystem::path configuration_path(const Common& common);

/// Reads and compiles that file. Throws Error(invalid_config) with file and line.
Configuration configure(const std::filesystem::path& path);

/// The same for a start: a file that nobody named and that does not exist is an empty configuration, so that
/// a fresh install can start.
Configuration starting_configuration(const Common& common);

/// Where the record goes: MCP_AUDIT_LOG or settings.audit_log (relative to hosts.yaml), else the state
/// directory.
std::filesystem::path journal_path(const hosts::Snapshot& snapshot);

/// The gateway over that configuration. `approvers`, `login_answer_within`: gateway::Gateway::Options.
std::unique_ptr<gateway::Gateway> open_gateway(base::Executor executor, const Configuration& configuration,
                                               base::Log log, gateway::AskHuman ask_human = {},
                                               std::shared_ptr<base::Metrics> metrics = {},
                                               bool approvers = false,
                                               std::chrono::milliseconds login_answer_within = {});

/// Whether operators reach what a command does as they reach a server: to approve, freeze and stop.
enum class Attended { no, yes };

/// Runs one short piece of work with a gateway, shuts it down, and returns what the work returned.
int with_gateway(const Common& common, std::function<base::Task<int>(gateway::Gateway&)> work,
                 gateway::AskHuman ask_human = {}, Attended attended = Attended::no);

}  // namespace mcpssh::cli
