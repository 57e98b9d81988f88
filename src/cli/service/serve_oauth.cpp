// The tokens of an OAuth authorization server, for `mcp-ssh serve` over HTTP.
#include "cli/service/serve_oauth.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/web_url.hpp"
#include "hosts/oauth_values.hpp"
#include "transport/oauth/fetch.hpp"
#include "transport/oauth/key_file.hpp"
#include "transport/oauth/key_url.hpp"
#include "transport/oauth/resource_server.hpp"

namespace mcpssh::cli {
namespace {

namespace oauth = transport::oauth;
using base::Error;
using base::Fault;

Error unusable(const std::string& what) {
  return Error(Fault::oauth_unusable, what, "docs/oauth.md has an example");
}

/// The variable's value, held to the rule of the setting it stands for.
std::optional<std::string> from(const hosts::Environment& environment, std::string_view name,
                                hosts::Problem (*rule)(std::string_view)) {
  auto value = environment(name);
  if (!value || value->empty()) return std::nullopt;
  if (const auto problem = rule(*value))
    throw unusable("environment variable " + std::string(name) + ": " + *problem);
  return value;
}

oauth::ResourceOptions resource_options(const hosts::OAuth& settings) {
  oauth::ResourceOptions options;
  options.resource = settings.resource;
  options.expectations.issuer = settings.issuer;
  options.expectations.audiences = settings.audiences;
  if (settings.audiences.empty()) options.expectations.audiences = {settings.resource};
  options.expectations.principal_claim = settings.principal_claim;
  options.expectations.clock_skew = settings.clock_skew;
  options.required_scopes = settings.required_scopes;
  for (const auto& scope : settings.scopes) options.scopes.push_back({scope.name, scope.rights});
  return options;
}

std::shared_ptr<oauth::Keys> fetched_keys(const hosts::OAuth& settings, const base::Executor& executor,
                                          base::Nursery& chores, const base::Clock& clock,
                                          const base::Log& log) {
  const auto url = base::parse_web_url(settings.jwks_url);
  if (!url) throw unusable("settings.oauth.jwks_url " + url.error());
  const auto tls = oauth::trusted_tls(base::expand_home(settings.ca_file));
  auto fetch = [url = *url, tls] {
    const oauth::FetchLimits limits;
    return oauth::fetch(url, tls, limits);
  };
  auto keys = std::make_shared<oauth::KeyUrl>(executor, settings.jwks_url, std::move(fetch), clock, log);
  chores.start("OAuth keys", keys->run());
  return keys;
}

}  // namespace

std::optional<hosts::OAuth> oauth_settings(const hosts::Settings& settings,
                                           const hosts::Environment& environment) {
  auto oauth = settings.oauth;
  const auto put = [&](std::string_view name, hosts::Problem (*rule)(std::string_view),
                       std::string hosts::OAuth::* into) {
    auto value = from(environment, name, rule);
    if (!value) return;
    if (!oauth) oauth.emplace();
    (*oauth).*into = std::move(*value);
  };
  put("MCP_OAUTH_ISSUER", hosts::problem_of_identity_url, &hosts::OAuth::issuer);
  put("MCP_OAUTH_RESOURCE", hosts::problem_of_identity_url, &hosts::OAuth::resource);
  const auto keys = environment("MCP_OAUTH_JWKS").value_or("");
  if (!keys.empty() && oauth) oauth->jwks_file = oauth->jwks_url = "";
  if (keys.starts_with("https://") || keys.starts_with("http://"))
    put("MCP_OAUTH_JWKS", hosts::problem_of_key_url, &hosts::OAuth::jwks_url);
  else
    put("MCP_OAUTH_JWKS", hosts::problem_of_path, &hosts::OAuth::jwks_file);
  if (auto audience = from(environment, "MCP_OAUTH_AUDIENCE", hosts::problem_of_audience)) {
    if (!oauth) oauth.emplace();
    oauth->audiences = {std::move(*audience)};
  }
  if (!oauth) return std::nullopt;
  if (const auto problem = hosts::problem_of_oauth(*oauth); !problem.empty())
    throw unusable("settings.oauth (or MCP_OAUTH_*): " + problem);
  return oauth;
}

void add_oauth(transport::HttpOptions& http, const hosts::OAuth& settings, const base::Executor& executor,
               base::Nursery& chores, const base::Log& log) {
  auto keys = settings.jwks_file.empty() ? fetched_keys(settings, executor, chores, http.clock, log)
                                         : oauth::keys_in_file(base::expand_home(settings.jwks_file), log);
  const auto server =
      std::make_shared<oauth::ResourceServer>(resource_options(settings), std::move(keys), http.clock, log);
  http.authenticate = oauth::with_oauth(std::move(http.authenticate), server);
  http.routes.push_back(oauth::metadata_route(server, http.endpoint));
  // Clients reach us under that name, or the setting would be wrong.
  if (const auto resource = base::parse_web_url(settings.resource); resource && !resource->loopback())
    http.allowed_hosts.push_back(resource->host.find(':') == std::string::npos ? resource->host
                                                                               : "[" + resource->host + "]");
  log.info("OAuth: tokens of " + settings.issuer + " for " + settings.resource + " are taken");
}

}  // namespace mcpssh::cli
