#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace mcpssh::ssh {

/// The keys an SSH agent holds.
struct AgentCensus {
  std::size_t held = 0;    ///< in all
  std::size_t usable = 0;  ///< of a type this program can log in with
};

/// Asks the agent that listens on `socket`. Blocks, `timeout` at most. Throws Error(connect_failed |
/// timed_out | protocol_error).
AgentCensus agent_census(const std::string& socket, std::chrono::milliseconds timeout);

}  // namespace mcpssh::ssh
