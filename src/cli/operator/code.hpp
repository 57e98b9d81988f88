#pragma once
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "cli/commands.hpp"

namespace mcpssh::cli {

/// A one-time code, for an answer: from stdin with `--code -`; when one is `needed`, asked of the person at
/// the terminal, where it is not shown; else, and when there is no terminal, empty.
std::string one_time_code(const OperatorOptions& options, bool needed);

/// What the person at the terminal types, which is not shown; nothing when there is none, or they gave none.
std::optional<base::Secret> asked_at_terminal(const std::string& what);

/// Any program of this user could own one of the sockets that are found, and would use the code itself: Error
/// (invalid_argument) when there is a `code`, and no --socket says whose it is.
void require_one_server(const OperatorOptions& options, const std::string& code);

}  // namespace mcpssh::cli
