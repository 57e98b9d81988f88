#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.hpp"

/// JSON-RPC 2.0 as MCP uses it: named params only, ids string or integer and
/// never null.
namespace mcpssh::mcp {

namespace json = base::json;

/// Echoed with the type it came in: 1 and "1" are different requests.
using RequestId = std::variant<std::int64_t, std::string>;

json::value to_json(const RequestId& id);
/// As JSON text: the form Relation names a request in.
std::string to_text(const RequestId& id);
/// Nothing for null, fractions, integers beyond 64 bits, over-long strings and
/// every other type.
std::optional<RequestId> read_id(const json::value& value);

struct RpcError {
  int code = 0;
  std::string message;
  std::optional<json::value> data;
};

struct Request {
  RequestId id;
  std::string method;
  json::object params;  ///< empty when the message has none
};

struct Notification {
  std::string method;
  json::object params;
};

/// The peer's answer to a request of ours. Without a readable id it answers
/// nothing and is ignored, never answered.
struct Response {
  std::optional<RequestId> id;
  std::expected<json::object, RpcError> result;
};

/// A message that cannot be served. `id` is set when it could be read.
struct Malformed {
  std::optional<RequestId> id;
  RpcError error;
};

using Message = std::variant<Request, Notification, Response, Malformed>;

/// What one line carries.
struct Parcel {
  bool batch = false;
  std::vector<Message> messages;  ///< exactly one when not a batch
};

/// Parses one line. Never throws; what is wrong with it comes back as
/// Malformed, as often as it has to be answered. Whether a batch is allowed is
/// for the caller to know.
Parcel parse(std::string_view text);

/// As a JSON-RPC error object.
json::object to_json(const RpcError& error);

json::object response(const RequestId& id, json::object result);
/// The same line for a result that is serialized already.
std::string response_line(const RequestId& id, std::string_view result);
/// Without `id` when nothing is given: JSON-RPC would have null there, MCP's schemas (2025-11-25) leave it
/// out, and clients reject null.
json::object error_response(const std::optional<RequestId>& id, const RpcError& error);
json::object request(const RequestId& id, std::string_view method, json::object params);
json::object notification(std::string_view method, json::object params);

/// One line without its newline, valid UTF-8 whatever strings `message` holds. Call it as mcp::serialize:
/// unqualified, an object or array finds Boost's own, which repairs nothing.
std::string serialize(const json::value& message);

}  // namespace mcpssh::mcp
