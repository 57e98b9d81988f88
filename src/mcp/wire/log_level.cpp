#include "mcp/wire/log_level.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

/// In the order of LogLevel.
constexpr std::array<std::string_view, 8> words{"debug", "info",     "notice", "warning",
                                                "error", "critical", "alert",  "emergency"};

}  // namespace

std::string_view to_string(LogLevel level) {
  return words.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> read_log_level(std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<LogLevel>(found - words.begin());
}

RpcError unknown_log_level(std::string_view word) {
  return {protocol::code::invalid_params,
          "unknown log level \"" + base::printable(word, 40) +
              "\"; use debug, info, notice, warning, error, critical, alert or emergency",
          {}};
}

}  // namespace mcpssh::mcp
