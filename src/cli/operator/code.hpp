#pragma once
#include <string>

#include "cli/commands.hpp"

namespace mcpssh::cli {

/// A one-time code, for an answer: from stdin with `--code -`; when one is `needed`, asked of the person at
/// the terminal, where it is not shown; else, and when there is no terminal, empty.
std::string one_time_code(const OperatorOptions& options, bool needed);

/// Any program of this user could own one of the sockets that are found, and would use the code itself: Error
/// (invalid_argument) when there is a `code`, and no --socket says whose it is.
void require_one_server(const OperatorOptions& options, const std::string& code);

}  // namespace mcpssh::cli
