#pragma once
#include <cstdint>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/service/listen_place.hpp"
#include "hosts/snapshot.hpp"
#include "transport/http.hpp"

namespace mcpssh::cli {

/// Whether --http or MCP_TRANSPORT want HTTP, else stdio. Throws Error(invalid_config) for an unknown
/// transport.
bool serves_http(const ServeOptions& options, const hosts::Environment& environment);

/// Throws Error(invalid_config) when no client could prove who it is: there is no MCP_AUTH_TOKEN, or one that
/// can be guessed, no named token, and no authorization server (`with_oauth`).
void require_token(const hosts::Environment& environment, bool with_oauth);

/// Where MCP over HTTP is served: `given` of the command line, else MCP_HOST and MCP_PORT, else
/// 127.0.0.1:8000. Throws Error(invalid_config).
ListenPlace http_place(const std::string& given, const hosts::Environment& environment);

/// How to serve HTTP, from the command line, the environment and the settings, which count in this order.
/// Takes MCP_AUTH_TOKEN out of the process environment, so that no program started later inherits it. Throws
/// Error(invalid_config), also when there is no token.
transport::HttpOptions http_options(const ServeOptions& options, const hosts::Environment& environment,
                                    const hosts::Settings& settings, base::Log log);

/// Says where it listens, and warns when others can read the traffic.
void announce(const transport::HttpOptions& options, std::uint16_t port, const base::Log& log);

}  // namespace mcpssh::cli
