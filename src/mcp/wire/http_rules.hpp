#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/principal.hpp"
#include "mcp/wire/era.hpp"
#include "mcp/wire/jsonrpc.hpp"

/// What Streamable HTTP (2025-11-25 and 2026-07-28, "Transports") has to know of a message before it is
/// served. Pure functions; no thread.
namespace mcpssh::mcp {

class Server;

/// One POST's body as the transport needs it.
struct Glance {
  enum class Kind { request, notification, response, batch, malformed };
  Kind kind = Kind::malformed;
  /// modern: `_meta` claims a protocol version (any, also of `initialize`). Everything else is legacy.
  Era era = Era::legacy;
  std::string id;                   ///< of a request or response, as in Relation; else empty
  std::string method;               ///< of a request or notification
  std::optional<std::string> name;  ///< what Mcp-Name has to equal, of the methods that have it
  bool progress = false;            ///< a progress token is given: the answer may have to be a stream
  std::vector<std::string> ids;     ///< of a batch's requests, in order
  bool initialize = false;          ///< `initialize` of the legacy era
  json::object params;
  RpcError error;  ///< of Kind::malformed
};

/// Never throws; what cannot be read is Kind::malformed.
Glance glance(std::string_view body);

/// A header of the HTTP request by name, names compared without case; nothing when it is absent.
using HeaderLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// An answer given instead of serving the message.
struct HttpRefusal {
  unsigned status = 400;
  std::string body;  ///< a JSON-RPC error
};

/// Judges body and headers by the rules of the era the body belongs to: for the modern one
/// MCP-Protocol-Version, Mcp-Method, Mcp-Name and the Mcp-Param-* of the tool called have to say what the
/// body says (-32020), the envelope has to be whole (-32602) and of a version we have (-32022); a body that
/// claims nothing must not come under a modern header. Of the legacy era only that; its session and version
/// headers are the transport's to judge. Nothing when the message may be served. A tool that `asker` may not
/// use is judged like one that does not exist.
std::optional<HttpRefusal> refusal(const Glance& message, const HeaderLookup& header, const Server& server,
                                   const base::Principal& asker = {});

/// The HTTP status a JSON-RPC error travels with. Errors that tools and handlers give are 200: the request
/// was served. After `refusal` let a modern message through, a -32602 can only be a handler's. `code` 0 is no
/// error (Relation::error).
unsigned http_status(Era era, int code);

}  // namespace mcpssh::mcp
