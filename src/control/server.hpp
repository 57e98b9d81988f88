#pragma once
#include <sys/types.h>

#include <optional>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "base/task.hpp"
#include "base/unique_fd.hpp"
#include "gateway/operators/operators.hpp"

namespace mcpssh::control {

/// Who may be connected at once, so that nobody keeps the others out. The last `most_of_one_user` seats are
/// root's.
inline constexpr std::size_t most_clients = 64;
inline constexpr std::size_t most_of_one_user = 16;

/// Serves the operators who connect to `listening` as `clients` of the nursery, until cancelled. The kernel
/// says who they are; of them root and the members of `approvers` are entitled to approve. `operators`
/// outlives the nursery.
base::Task<void> serve(gateway::Operators& operators, base::UniqueFd listening,
                       std::optional<gid_t> approvers, base::Nursery& clients, base::Log log);

}  // namespace mcpssh::control
