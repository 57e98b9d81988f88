#pragma once
#include <functional>
#include <optional>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/nursery.hpp"
#include "hosts/snapshot.hpp"
#include "transport/http.hpp"

namespace mcpssh::cli {

/// `settings.oauth` with what the environment adds: MCP_OAUTH_ISSUER, MCP_OAUTH_RESOURCE, MCP_OAUTH_AUDIENCE
/// and MCP_OAUTH_JWKS (a URL or a file) count before it. Nothing: no tokens of an authorization server are
/// taken. Throws Error(invalid_config).
std::optional<hosts::OAuth> oauth_settings(const hosts::Settings& settings,
                                           const hosts::Environment& environment);

/// Has `http` take the tokens `settings` tells of beside its own, and say where they are to be had. Keys are
/// fetched by `chores`. Throws Error(invalid_config), also for a ca_file that cannot be used.
void add_oauth(transport::HttpOptions& http, const hosts::OAuth& settings, const base::Executor& executor,
               base::Nursery& chores, const base::Log& log);

}  // namespace mcpssh::cli
