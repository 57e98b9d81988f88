#pragma once
#include <optional>
#include <string>

#include "cli/doctor/finding.hpp"
#include "gateway/outcome.hpp"

namespace mcpssh::cli::doctor {

/// A message of ours, taken apart again.
struct Said {
  std::string cause;  ///< with its code behind it, as in every message
  std::string fix;    ///< without it
};
/// What an outcome says of why it came to nothing, cleaned, without the host's name, which stands above it.
Said said_of(const gateway::Outcome& outcome);

/// Policy or a person stands before the check: that is no fault. Nothing where it was tried.
std::optional<Finding> not_allowed(const std::string& check, const gateway::Outcome& outcome);

}  // namespace mcpssh::cli::doctor
