#pragma once
#include <memory>
#include <string>

#include "base/principal.hpp"
#include "base/task.hpp"
#include "mcp/wire/http_rules.hpp"
#include "transport/http/event_pump.hpp"
#include "transport/http/http_connection.hpp"
#include "transport/http/http_house.hpp"

namespace mcpssh::transport {

/// Streamable HTTP on one path, both eras: sessions and resumable streams for clients that initialize
/// (2025-03-26 ... 2025-11-25), one stateless POST a request for the others (2026-07-28). docs/http.md has
/// the statuses.
class McpEndpoint {
 public:
  explicit McpEndpoint(HttpHouse& house) : house_(house) {}

  /// Answers the request of an authenticated client.
  base::Task<void> serve(HttpConnection& connection, base::Principal principal);

 private:
  using Session = std::shared_ptr<HttpSession>;
  /// How a legacy request is answered.
  struct Reply {
    std::vector<std::pair<std::string, std::string>> fields{};
    mcp::Era era = mcp::Era::legacy;
    bool resumable = false;  ///< event ids, and a priming event
    bool event_ids = false;
  };

  base::Task<void> post(HttpConnection& connection, base::Principal principal);
  base::Task<void> post_modern(HttpConnection& connection, const mcp::Glance& message,
                               base::Principal principal);
  base::Task<void> post_legacy(HttpConnection& connection, const mcp::Glance& message,
                               base::Principal principal);
  base::Task<void> initialize(HttpConnection& connection, const mcp::Glance& message,
                              base::Principal principal);
  base::Task<void> post_to(HttpConnection& connection, const mcp::Glance& message, Session session,
                           base::Principal principal);
  base::Task<void> listen(HttpConnection& connection, base::Principal principal);
  base::Task<void> end_session(HttpConnection& connection, base::Principal principal);

  /// The session the request names; else answers with what is wrong and gives null.
  base::Task<Session> session_of(HttpConnection& connection, const base::Principal& principal);
  /// Answers with what comes from the outlet: as JSON if that is all of it and soon, else as a stream.
  base::Task<void> answer(HttpConnection& connection, Reading& reading, Reply reply);

  HttpHouse& house_;
};

}  // namespace mcpssh::transport
