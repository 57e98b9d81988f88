#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "mcp/peer/outbox.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// Requests this server sends to a legacy client (the modern era has none),
/// matched with their answers. Lives on one executor.
class ServerRequests {
 public:
  ServerRequests(base::Executor executor, Outbox& outbox);

  /// The client's result; nothing when it answered with an error or not in
  /// time. When given up, by timeout or by cancelling the await, the client is
  /// told with notifications/cancelled.
  /// `about` is the call that asks.
  base::Task<std::optional<json::object>> ask(Relation about, std::string_view method, json::object params,
                                              std::chrono::milliseconds patience);
  /// Hands a response to the request it answers; others are ignored.
  void deliver(Response response);

 private:
  struct Open;
  class Registration;

  base::Executor executor_;
  Outbox& outbox_;
  std::uint64_t count_ = 0;
  std::map<RequestId, std::shared_ptr<Open>> open_;
};

}  // namespace mcpssh::mcp
