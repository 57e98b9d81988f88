#pragma once
#include <string>
#include <vector>

#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {

/// Something about one host's entry that the loader cannot see: it is about this machine.
struct HostFinding {
  enum class Weight {
    warning,  ///< may be right where the server runs: a variable that is not set here
    problem,  ///< will fail: a key file that is not there, or that others can read
  };
  Weight weight = Weight::warning;
  std::string text;       ///< what is wrong, one sentence
  std::string next_move;  ///< what to do about it; may be empty
};

/// Looks at the key, certificate and secret files the host names, and at the environment variables. Reads no
/// file's content and runs nothing. Blocks while it looks.
std::vector<HostFinding> look_at_host(const Host& host, const Environment& environment);

}  // namespace mcpssh::hosts
