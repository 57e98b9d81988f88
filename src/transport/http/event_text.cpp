#include "transport/http/event_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace mcpssh::transport {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool fine = problem == std::errc() && end == text.data() + text.size();
  return fine ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string to_event_id(Position position) {
  return fmt::format("{}-{}", position.outlet, position.event);
}

std::optional<Position> parse_event_id(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto outlet = parse_number(text.substr(0, dash));
  const auto event = parse_number(text.substr(dash + 1));
  if (!outlet || !event) return std::nullopt;
  return Position{*outlet, *event};
}

std::string message_event(const Event& event, std::optional<std::uint64_t> outlet) {
  if (!outlet) return fmt::format("event: message\ndata: {}\n\n", event.text);
  return fmt::format("event: message\nid: {}\ndata: {}\n\n", to_event_id({*outlet, event.number}),
                     event.text);
}

std::string priming_event(Position position, std::chrono::milliseconds retry) {
  return fmt::format("id: {}\nretry: {}\ndata: \n\n", to_event_id(position), retry.count());
}

std::string endpoint_event(std::string_view uri) {
  return fmt::format("event: endpoint\ndata: {}\n\n", uri);
}

}  // namespace mcpssh::transport
