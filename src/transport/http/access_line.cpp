#include "transport/http/access_line.hpp"

#include <span>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "transport/http/brake.hpp"

namespace mcpssh::transport {
namespace {

constexpr std::size_t longest_text = 256;
/// Of a digest: enough to tell sessions apart.
constexpr std::size_t digest_bytes = 6;

void put(base::json::object& to, std::string_view name, std::string_view value) {
  if (!value.empty()) to[name] = base::printable(value, longest_text);
}

std::string short_digest(const std::string& text) {
  if (text.empty()) return {};
  const auto digest = sha256(text);
  const auto* bytes = reinterpret_cast<const unsigned char*>(digest.data());
  return base::to_hex(std::span(bytes, digest_bytes));
}

}  // namespace

std::string access_line(const HttpExchange& exchange) {
  base::json::object line{{"ts", base::rfc3339(exchange.at)}};
  put(line, "address", exchange.address);
  put(line, "principal", exchange.principal);
  put(line, "method", exchange.method);
  put(line, "path", exchange.path);
  line["status"] = exchange.status;
  line["bytes"] = exchange.bytes;
  line["duration_us"] = std::chrono::duration_cast<std::chrono::microseconds>(exchange.took).count();
  put(line, "mcp_method", exchange.mcp_method);
  put(line, "tool", exchange.tool);
  put(line, "session", short_digest(exchange.session));
  put(line, "denied", exchange.denied);
  put(line, "user_agent", exchange.user_agent);
  return base::json::serialize(line);
}

}  // namespace mcpssh::transport
