#include "mcp/wire/era.hpp"

#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {

Era era_of(const Request& request) {
  if (request.method == "server/discover" || request.method == "subscriptions/listen") return Era::modern;
  const auto* meta = base::find_object(request.params, "_meta");
  const bool claims = meta != nullptr && (meta->contains(protocol::key::protocol_version) ||
                                          meta->contains(protocol::key::client_capabilities));
  return claims ? Era::modern : Era::legacy;
}

}  // namespace mcpssh::mcp
