#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/principal.hpp"

namespace mcpssh::mcp {

/// One completion/complete: what may stand where somebody types.
struct CompletionQuery {
  base::Principal principal;
  std::string value;                           ///< typed so far
  std::map<std::string, std::string> context;  ///< the arguments already filled in
};

struct Completion {
  std::vector<std::string> values;  ///< best first; clients are sent the first 100
  std::optional<std::uint64_t> total;
};

/// Called on the server's executor; must not block.
using Completer = std::function<Completion(const CompletionQuery&)>;

}  // namespace mcpssh::mcp
