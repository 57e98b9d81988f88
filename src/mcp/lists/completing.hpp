#pragma once
#include <expected>

#include "base/principal.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

struct Service;

/// True when anything of this server can be completed.
bool completes(const Service& service);

/// completion/complete. -32602 for a malformed or unknown reference; what has no completer completes to
/// nothing.
std::expected<json::object, RpcError> complete_argument(const Service& service, const json::object& params,
                                                        const base::Principal& principal);

}  // namespace mcpssh::mcp
