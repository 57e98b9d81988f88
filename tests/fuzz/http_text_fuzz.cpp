// What of HTTP is read by our own hand: hosts, origins, targets, event ids, lists of types and addresses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "transport/http/accept.hpp"
#include "transport/http/addresses.hpp"
#include "transport/http/event_text.hpp"
#include "transport/http/host_rules.hpp"
#include "transport/http/target.hpp"

namespace {

namespace transport = mcpssh::transport;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_host(std::string_view text) {
  const auto authority = transport::parse_authority(text);
  if (!authority) return;
  require(!authority->host.empty() && authority->host.find_first_of("@/?#[] \r\n") == std::string::npos);
  const transport::HostRules rules({}, "127.0.0.1");
  if (rules.allows(*authority))
    require(authority->host == "localhost" || authority->host == "127.0.0.1" || authority->host == "::1");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_host(text);
  if (const auto origin = transport::parse_origin(text)) require(text.starts_with("http"));
  if (const auto target = transport::parse_target(text, "localhost")) require(target->path.starts_with('/'));
  if (const auto position = transport::parse_event_id(text))
    require(transport::parse_event_id(transport::to_event_id(*position)) == position);
  transport::accepts(text, "application/json");
  transport::carries_token(text);
  transport::query_value(text, "sessionId");
  if (const auto token = transport::bearer_of(text)) require(token->size() < text.size());
  const transport::AddressSet proxies({"10.0.0.0/8"});
  require(transport::client_address("192.0.2.1", text, proxies) == "192.0.2.1");
  transport::client_address("10.0.0.1", text, proxies);
  return 0;
}
