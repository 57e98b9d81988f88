#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion/complete.hpp"

namespace mcpssh::cli {

/// What the configuration, the tokens and running servers of this user have of a kind. Asks no host; nothing
/// when anything is wrong.
std::vector<Candidate> values_of(std::string_view kind, const std::string& config);

}  // namespace mcpssh::cli
