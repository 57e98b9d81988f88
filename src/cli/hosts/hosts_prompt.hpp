#pragma once
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "base/task.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// Puts what a host asks during a log-in to the person at /dev/tty, who may be elsewhere than on stdin. Echo
/// is off unless the host allows it. No answer without a terminal, and for Ctrl-C.
gateway::AskHuman terminal_prompter();

/// The same for a question of ours: the line typed below `text`, which goes to the terminal as it is. One at
/// a time is asked: who comes meanwhile waits.
base::Task<std::optional<base::Secret>> typed_below(std::string text, bool echo);
/// `what`, cleaned, as a question that mcp-ssh itself asks.
std::string own_question(const std::string& what);

}  // namespace mcpssh::cli
