#pragma once
#include <optional>

#include "base/principal.hpp"
#include "mcp/peer/client_facts.hpp"
#include "mcp/wire/era.hpp"

namespace mcpssh::mcp {

/// What is known of a request's sender under the rules of its era.
struct Sender {
  Era era = Era::legacy;
  base::Principal principal;
  Abilities abilities;
  bool tasks = false;                  ///< it takes a task for an answer (modern era)
  std::optional<LogLevel> log_from{};  ///< the least it wants to be told; nothing: silence
};

}  // namespace mcpssh::mcp
