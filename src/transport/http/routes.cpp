#include "transport/http/routes.hpp"

#include <algorithm>
#include <utility>

namespace mcpssh::transport {
namespace {

/// Of a method's or tool's name, as far as it is told on: ours are shorter.
constexpr std::size_t longest_name = 64;

bool below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

const HttpRoute* find_route(const std::vector<HttpRoute>& routes, std::string_view path) {
  const auto fits = [path](const HttpRoute& route) { return below(path, route.prefix); };
  const auto found = std::ranges::find_if(routes, fits);
  return found == routes.end() ? nullptr : &*found;
}

base::Task<void> answer_route(HttpConnection& connection, const HttpRoute& route, Target target,
                              HttpRequest request) {
  request.method = connection.request().method_string();
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  request.accept = connection.header("Accept");
  auto reply = co_await route.handle(std::move(request));
  Answer answer;
  answer.status = reply.status;
  answer.body = std::move(reply.body);
  answer.content_type = std::move(reply.content_type);
  answer.fields = std::move(reply.fields);
  co_await connection.respond(std::move(answer));
}

void note_message(HttpConnection& connection, const mcp::Glance& message) {
  auto& exchange = connection.exchange();
  exchange.mcp_method = message.method.substr(0, longest_name);
  if (message.method == "tools/call") exchange.tool = message.name.value_or("").substr(0, longest_name);
}

}  // namespace mcpssh::transport
