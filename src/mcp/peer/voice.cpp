#include "mcp/peer/voice.hpp"

#include <cmath>

#include "mcp/wire/log_level.hpp"

namespace mcpssh::mcp {
namespace {

json::value number_json(double value) {
  if (std::trunc(value) == value && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace

Voice::Voice(Outbox& outbox, Relation about, const json::object& params, std::optional<LogLevel> log_from)
    : outbox_(outbox), about_(std::move(about)), log_from_(log_from) {
  const auto* meta = base::find_object(params, "_meta");
  const auto* token = meta == nullptr ? nullptr : meta->if_contains("progressToken");
  if (token != nullptr) token_ = read_id(*token);
}

void Voice::notify(std::string_view method, json::object params) {
  outbox_.offer(mcp::serialize(notification(method, std::move(params))), about_);
}

void Voice::progress(double done, std::optional<double> total, std::string_view message) {
  // The protocol wants every report to be larger than the one before.
  if (!token_ || !std::isfinite(done) || (last_ && done <= *last_)) return;
  last_ = done;
  json::object params{{"progressToken", to_json(*token_)}, {"progress", number_json(done)}};
  if (total && std::isfinite(*total)) params["total"] = number_json(*total);
  if (!message.empty()) params["message"] = message;
  notify("notifications/progress", std::move(params));
}

void Voice::log(LogLevel level, json::value data) {
  if (!log_from_ || level < *log_from_) return;
  json::object params{{"level", to_string(level)}};
  params["data"] = std::move(data);
  notify("notifications/message", std::move(params));
}

}  // namespace mcpssh::mcp
