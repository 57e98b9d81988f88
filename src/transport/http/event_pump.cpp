#include "transport/http/event_pump.hpp"

#include "transport/http/event_text.hpp"

namespace mcpssh::transport {
namespace {

/// Events written in one piece.
constexpr std::size_t together = 32 * 1024;

}  // namespace

Reading::Reading(std::shared_ptr<Outlet> outlet, const HttpConnection& connection,
                 std::optional<std::uint64_t> after)
    : outlet_(std::move(outlet)), ticket_(outlet_->attach(connection.news(), after)) {}

base::Task<void> pump_events(HttpConnection& connection, Reading& reading, bool resumable,
                             std::chrono::milliseconds keep_alive) {
  const auto number = resumable ? std::optional(reading.outlet().number()) : std::nullopt;
  connection.set_alarm(keep_alive);
  while (!connection.gone()) {
    std::string text;
    while (text.size() < together) {
      const auto* event = reading.next();
      if (event == nullptr) break;
      text += message_event(*event, number);
    }
    if (text.empty() && reading.over()) break;
    if (text.empty() && connection.alarmed()) text = comment;
    if (text.empty()) {
      co_await connection.news()->wait();
      continue;
    }
    co_await connection.stream(text);
    connection.set_alarm(keep_alive);
  }
  co_await connection.end_stream();
}

}  // namespace mcpssh::transport
