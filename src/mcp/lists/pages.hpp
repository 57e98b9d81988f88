#pragma once
#include <cstddef>
#include <expected>
#include <string_view>

#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// One page of a list result: `member` with at most `size` of `all`, from where `params.cursor` says, and a
/// nextCursor when more follow. -32602 for a cursor that was never given out.
std::expected<json::object, RpcError> page(std::string_view member, json::array all,
                                           const json::object& params, std::size_t size);

}  // namespace mcpssh::mcp
