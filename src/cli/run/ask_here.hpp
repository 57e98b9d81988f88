#pragma once
#include <optional>
#include <string>

#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// Whether this process has a terminal on which somebody could be asked.
bool terminal_here();

/// `text` for a terminal: its lines stay, everything else that does not print is made visible.
std::string readable(std::string_view text);

/// Puts the gateway's question on the terminal, whatever stdin and stdout are. Nothing when no answer came:
/// Ctrl-C, Ctrl-D, a terminal that is gone. Cancelling takes the question back.
base::Task<std::optional<gateway::Decision>> ask_here(std::string question);

}  // namespace mcpssh::cli
