#pragma once
#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// Puts what a host asks during a log-in to the person at /dev/tty, who may be elsewhere than on stdin. Echo
/// is off unless the host allows it. No answer without a terminal, and for Ctrl-C.
gateway::AskHuman terminal_prompter();

}  // namespace mcpssh::cli
