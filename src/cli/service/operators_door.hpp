#pragma once
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "control/places.hpp"
#include "gateway/operators/operators.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::cli {

/// The group whose members answer requests for approval.
struct ApproversGroup {
  std::string name;
  gid_t id = 0;
};
/// settings.approvers_group; for a service that names none the default one, if this machine has it. Throws
/// Error(invalid_config) for a group that does not exist.
std::optional<ApproversGroup> approvers_of(const hosts::Settings& settings, bool service);

/// Why approvals may come to nothing under this configuration, each with what to do. `approvers`: there is a
/// group of them.
std::vector<std::string> approval_gaps(const hosts::Snapshot& snapshot, bool approvers, bool service);

/// A server's operators' socket. Outlives the nursery it was opened with.
class OperatorsDoor {
 public:
  OperatorsDoor(gateway::Gateway& gateway, std::optional<ApproversGroup> approvers, bool service,
                base::Log log);

  /// Serves operators as `clients`. A server whose socket cannot be opened goes on without, and says so.
  void open(base::Nursery& clients);

 private:
  void say_who_can_answer() const;

  gateway::Gateway& gateway_;
  gateway::Operators operators_;
  std::optional<ApproversGroup> approvers_;
  bool service_;
  base::Log log_;
  std::unique_ptr<control::Place> place_;
};

}  // namespace mcpssh::cli
