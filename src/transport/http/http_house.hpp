#pragma once
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "base/task.hpp"
#include "transport/http.hpp"
#include "transport/http/outlet.hpp"
#include "transport/http/session_table.hpp"

namespace mcpssh::transport {

/// What the endpoints of one listener share.
struct HttpHouse {
  HttpHouse(base::Executor on, mcp::Server& protocol, const HttpOptions& chosen, base::Log to)
      : executor(on),
        server(protocol),
        options(chosen),
        log(to),
        kept(std::make_shared<KeptBytes>(KeptBytes{0, chosen.limits.kept_bytes})),
        sessions(on, chosen.limits, kept),
        peers(on, to) {}

  base::Executor executor;
  mcp::Server& server;
  const HttpOptions& options;
  base::Log log;
  std::shared_ptr<KeptBytes> kept;
  SessionTable sessions;
  base::Nursery peers;    ///< one coroutine a session, and one a modern request
  bool draining = false;  ///< no peer may be started any more
};

/// Serves a session until it ends, and takes it out of the table.
base::Task<void> serve_session(HttpHouse& house, std::shared_ptr<HttpSession> session);

}  // namespace mcpssh::transport
