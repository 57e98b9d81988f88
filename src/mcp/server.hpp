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
#include "mcp/features.hpp"
#include "mcp/message_stream.hpp"
#include "mcp/request_end.hpp"
#include "mcp/task_limits.hpp"

namespace mcpssh::mcp {

struct Service;

struct ServerInfo {
  std::string name, title, version;
  std::string instructions;  ///< under 2 kB: when and how to use this server
};

/// Bounds of one server. The defaults are for use; tests turn them down.
struct ServerLimits {
  std::size_t calls_in_flight = base::limits::calls_in_flight;  ///< of one peer
  std::size_t page = 250;                                       ///< entries of one page of a list
  /// A client, or the person behind it, has this long to answer a question;
  /// then it counts as cancelled.
  std::chrono::milliseconds elicitation = std::chrono::seconds(120);
  /// A modern client has this long to come back with the answer.
  std::chrono::seconds request_state = std::chrono::minutes(10);
  TaskLimits tasks{};
};

/// The protocol over any MessageStream, both eras: legacy `initialize`
/// (2024-11-05 ... 2025-11-25) and modern (2026-07-28, stateless `_meta`,
/// server/discover), decided per message. Knows no SSH. Lives on one executor.
class Server {
 public:
  /// Throws Error(invalid_argument) when two tools, prompts or resources have
  /// one name.
  Server(ServerInfo info, Features features, base::Log log, ServerLimits limits = {}, base::Clock clock = {});
  /// The same for a server that has tools only.
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

  /// Ends what outlives its request: cancels the calls that became tasks (Call::become_task) and returns when
  /// they have unwound. Await it after the last `serve` and before the server, or what its tools use, goes.
  base::Task<void> end_tasks();
  /// Cancels the tasks of a principal that is no more, and forgets them at once, those that ended too. Who
  /// listens to them is not told. Call it on the server's executor.
  void forget_tasks(const std::string& principal);

  /// Tells the clients that want to know that a list changed, or a resource. Only what Features declares to
  /// change is told. Call it on the server's executor.
  void changed(Change what);
  void resource_changed(const std::string& uri);

  /// From here on `listener` is told of every request that is over. Before the first serve().
  void on_request_end(OnRequestEnd listener);

  /// Of a tool, for the Mcp-Param-* headers of HTTP; null when there is no such tool for this principal.
  [[nodiscard]] const std::vector<Parameter>* parameters(std::string_view tool,
                                                         const base::Principal& principal) const;

 private:
  std::unique_ptr<Service> service_;
};

}  // namespace mcpssh::mcp
