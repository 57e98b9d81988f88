#pragma once
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

enum class Era {
  legacy,  ///< after an `initialize` handshake, capabilities belong to the
           ///< connection
  modern,  ///< stateless: version, capabilities and identity come with each
           ///< request
};

/// Which rules one request is served by. Decided per message, so one process
/// serves both: a request that claims a protocol version or client capabilities
/// in `_meta` is modern, and so are the methods only that era has.
Era era_of(const Request& request);

}  // namespace mcpssh::mcp
