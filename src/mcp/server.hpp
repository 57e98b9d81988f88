#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/principal.hpp"
#include "base/task.hpp"
#include "mcp/message_stream.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::mcp {

struct Service;

struct ServerInfo {
  std::string name, title, version;
  std::string instructions;  ///< under 2 kB: when and how to use this server
};

/// Bounds of one server. The defaults are for use; tests turn them down.
struct ServerLimits {
  std::size_t calls_in_flight = base::limits::calls_in_flight;  ///< of one peer
  /// A person has this long to answer an elicitation; then it counts as
  /// cancelled.
  std::chrono::milliseconds elicitation = std::chrono::seconds(120);
  /// A modern client has this long to come back with the answer.
  std::chrono::seconds request_state = std::chrono::minutes(10);
};

/// The protocol over any MessageStream, both eras: legacy `initialize`
/// (2024-11-05 ... 2025-11-25) and modern (2026-07-28, stateless `_meta`,
/// server/discover), decided per message. Knows no SSH. Lives on one executor.
class Server {
 public:
  /// Throws Error(invalid_argument) when two tools have one name.
  Server(ServerInfo info, std::vector<Tool> tools, base::Log log, ServerLimits limits = {},
         base::Clock clock = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves one peer until its stream ends, breaks or the await is cancelled; then cancels the calls still
  /// running and waits for them. A connection that breaks is an end like any other, not an error. May run for
  /// several peers at once; the server must outlive them. `principal.client` is filled from what the client
  /// says of itself.
  base::Task<void> serve(std::shared_ptr<MessageStream> stream, base::Principal principal);

 private:
  std::unique_ptr<Service> service_;
};

}  // namespace mcpssh::mcp
