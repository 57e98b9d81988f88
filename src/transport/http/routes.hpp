#pragma once
#include <string_view>
#include <vector>

#include "base/task.hpp"
#include "mcp/wire/http_rules.hpp"
#include "transport/http.hpp"
#include "transport/http/http_connection.hpp"
#include "transport/http/target.hpp"

namespace mcpssh::transport {

/// The one whose prefix `path` is or is below; null: none.
const HttpRoute* find_route(const std::vector<HttpRoute>& routes, std::string_view path);

/// Has the route answer. `request` holds what only the caller knows: the principal and the body.
base::Task<void> answer_route(HttpConnection& connection, const HttpRoute& route, Target target,
                              HttpRequest request);

/// Puts what the message is into the connection's exchange.
void note_message(HttpConnection& connection, const mcp::Glance& message);

}  // namespace mcpssh::transport
