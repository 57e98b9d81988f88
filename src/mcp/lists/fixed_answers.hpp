#pragma once
#include <string>

#include "mcp/peer/sender.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

struct Service;

/// Results that never change while the server lives, kept as text: the tool list is the largest thing clients
/// ask for, and the one they ask for most.
class FixedAnswers {
 public:
  /// The serialized result of `request`; null when its answer is not a fixed one.
  const std::string* find(const Service& service, const Request& request, const Sender& sender);

 private:
  std::string legacy_, modern_;  ///< tools/list, in one page
};

}  // namespace mcpssh::mcp
