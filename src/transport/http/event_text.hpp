#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "transport/http/outlet.hpp"

/// Server-sent events (WHATWG HTML, 9.2) as MCP uses them. `data` is one line of JSON.
namespace mcpssh::transport {

/// Where in which outlet of a session a client is: what an event id says.
struct Position {
  std::uint64_t outlet = 0;
  std::uint64_t event = 0;
  bool operator==(const Position&) const = default;
};

std::string to_event_id(Position position);
/// Nothing for what to_event_id did not make.
std::optional<Position> parse_event_id(std::string_view text);

/// `id` names the event for clients that may come back.
std::string message_event(const Event& event, std::optional<std::uint64_t> outlet);
/// The first event of a stream a client may come back to: its place, and how long to wait before (2025-11-25,
/// SEP-1699). Older clients choke on its empty data.
std::string priming_event(Position position, std::chrono::milliseconds retry);
/// HTTP+SSE of 2024-11-05: where to POST.
std::string endpoint_event(std::string_view uri);
/// So that proxies pass on the head of the stream, and do not take its silence for its end.
inline constexpr std::string_view comment = ": ok\n\n";

}  // namespace mcpssh::transport
