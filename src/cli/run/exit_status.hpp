#pragma once
#include <optional>

#include "gateway/outcome.hpp"
#include "guard/verdict.hpp"

/// What `mcp-ssh run` exits with (docs/people.md).
namespace mcpssh::cli {

inline constexpr int asks_status = 3;         ///< it needs an approval nobody gave, as in `mcp-ssh check`
inline constexpr int denied_status = 4;       ///< denied, as in `mcp-ssh check`
inline constexpr int timed_out_status = 124;  ///< as timeout(1) has it
inline constexpr int not_run_status = 255;    ///< as ssh(1) has it: not reached, or lost

/// Of one host: the command's own status, 128 + N when signal N ended it. `verdict`: of a refused one.
int exit_status(const gateway::Outcome& outcome, std::optional<guard::Decision> verdict);

/// The command did what it should: status 0, or a device's answer.
bool is_fine(const gateway::Outcome& outcome);

}  // namespace mcpssh::cli
