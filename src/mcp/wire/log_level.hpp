#pragma once
#include <optional>
#include <string_view>

#include "mcp/call.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

std::string_view to_string(LogLevel level);
/// Nothing for a word that is no level.
std::optional<LogLevel> read_log_level(std::string_view word);
/// -32602.
RpcError unknown_log_level(std::string_view word);

}  // namespace mcpssh::mcp
