#include "transport/oauth/resource_server.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/web_url.hpp"
#include "transport/oauth/jws.hpp"

namespace mcpssh::transport::oauth {
namespace {

namespace json = base::json;
using base::Task;

/// Whoever is not let in must not fill the log.
constexpr int logged_per_minute = 10;

json::array array_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) list.emplace_back(text);
  return list;
}

bool carries_all(const std::vector<std::string>& carried, const std::vector<std::string>& needed) {
  return std::ranges::all_of(needed, [&](const auto& one) { return std::ranges::count(carried, one) > 0; });
}

Task<Authenticated> ask_both(Authenticate known, std::shared_ptr<ResourceServer> server,
                             Credentials credentials) {
  auto denial = no_valid_token(credentials);
  if (known) {
    auto answer = co_await known(credentials);
    if (answer) co_return answer;
    denial = std::move(answer.error());
  }
  const bool ours = credentials.bearer && denial.status == 401 && looks_like_jwt(*credentials.bearer);
  if (ours) co_return co_await server->judge(std::move(credentials));
  co_return std::unexpected(server->with_challenge(std::move(denial)));
}

Task<HttpReply> say(HttpReply reply) {
  co_return reply;
}

}  // namespace

ResourceServer::ResourceServer(ResourceOptions options, std::shared_ptr<Keys> keys, base::Clock clock,
                               base::Log log)
    : options_(std::move(options)), keys_(std::move(keys)), clock_(std::move(clock)), log_(std::move(log)) {
  const auto url = base::parse_web_url(options_.resource);
  if (!url)
    throw base::Error(
        base::Fault::oauth_unusable, "settings.oauth.resource " + url.error(),
        "give the URL clients reach this server under, for example https://ssh.example.org/mcp");
  path_ = url->path;
  // RFC 9728, section 3.1: between the host and the path.
  metadata_url_ = url->origin + metadata_path + (path_ == "/" ? "" : path_);
}

Task<Authenticated> ResourceServer::judge(Credentials credentials) {
  const auto jws = Jws::parse(*credentials.bearer);
  if (!jws) co_return std::unexpected(refused(credentials, jws.error(), true));
  auto keys = co_await keys_->current();
  if (!keys) co_return std::unexpected(unavailable());
  const auto* key = keys->find(*jws->algorithm, jws->kid);
  if (key == nullptr) {
    keys = co_await keys_->newer_than(keys);
    if (!keys) co_return std::unexpected(unavailable());
    key = keys->find(*jws->algorithm, jws->kid);
  }
  if (key == nullptr)
    co_return std::unexpected(refused(credentials, "no key, or more than one, fits its kid and alg", true));
  if (!key->verify(*jws->algorithm, jws->signed_text, jws->signature))
    co_return std::unexpected(refused(credentials, "its signature is wrong", true));
  co_return admit(credentials, *jws);
}

Authenticated ResourceServer::admit(const Credentials& credentials, const Jws& jws) {
  const auto claims = read_claims(jws.payload, options_.expectations, clock_.wall());
  // The authorization server made it, so nobody guessed; expired ones come from honest clients.
  if (!claims) return std::unexpected(refused(credentials, claims.error(), false));
  // An ID token of the same server says who somebody is, not what a client may do for them.
  const bool any_will_do = options_.scopes.empty() && options_.required_scopes.empty();
  if (any_will_do && !jws.for_access && !claims->has_rights)
    return std::unexpected(refused(credentials, "nothing in it shows that it is an access token", false));
  if (!carries_all(claims->scopes, options_.required_scopes))
    return std::unexpected(forbidden(options_.required_scopes));
  base::Principal principal;
  principal.name = principal_name(claims->subject);
  principal.via = base::Via::http;
  if (options_.scopes.empty()) return principal;
  const auto granted = std::ranges::find_if(options_.scopes, [&](const ScopeRights& one) {
    return std::ranges::count(claims->scopes, one.scope) > 0;
  });
  if (granted == options_.scopes.end()) return std::unexpected(forbidden(all_scopes()));
  principal.rights = granted->rights;
  return principal;
}

Denial ResourceServer::with_challenge(Denial denial) const {
  if (denial.status != 401) return denial;
  if (!denial.challenge.empty()) denial.challenge += ", ";
  denial.challenge += "resource_metadata=\"" + metadata_url_ + "\"";
  const auto wanted = options_.required_scopes.empty() ? all_scopes() : options_.required_scopes;
  if (!wanted.empty()) denial.challenge += ", scope=\"" + base::join(wanted, " ") + "\"";
  return denial;
}

/// RFC 6750, section 3.1.
Denial ResourceServer::forbidden(const std::vector<std::string>& needed) const {
  Denial denial;
  denial.status = 403;
  denial.why = "the token lacks a scope that is needed here: " + base::join(needed, " ");
  denial.challenge = "error=\"insufficient_scope\", scope=\"" + base::join(needed, " ") +
                     "\", resource_metadata=\"" + metadata_url_ + "\"";
  return denial;
}

Denial ResourceServer::unavailable() const {
  Denial denial;
  denial.status = 503;
  denial.why =
      "tokens cannot be checked for the moment: the keys of the authorization server are not available";
  denial.retry_after = keys_->retry_after();
  return denial;
}

Denial ResourceServer::refused(const Credentials& credentials, const std::string& why, bool is_guess) {
  const auto now = clock_.mono();
  if (now >= log_minute_) {
    log_minute_ = now + std::chrono::minutes(1);
    logged_ = 0;
  }
  if (++logged_ <= logged_per_minute)
    log_.warning("OAuth: a token from " + base::printable(credentials.address, 60) + " is refused: " + why +
                 (logged_ == logged_per_minute ? " (more in this minute are not logged)" : ""));
  auto denial = with_challenge(no_valid_token(credentials));
  denial.bad_token = is_guess;
  return denial;
}

std::vector<std::string> ResourceServer::all_scopes() const {
  auto all = options_.required_scopes;
  for (const auto& one : options_.scopes)
    if (std::ranges::count(all, one.scope) == 0) all.push_back(one.scope);
  return all;
}

HttpReply ResourceServer::metadata(const HttpRequest& request, const std::string& endpoint) const {
  HttpReply reply;
  // Public, and browser-based clients read it from a page of their own.
  reply.fields.emplace_back("Access-Control-Allow-Origin", "*");
  if (request.method != "GET" && request.method != "HEAD") {
    reply.status = 405;
    reply.fields.emplace_back("Allow", "GET, HEAD");
    return reply;
  }
  const auto below = request.path.substr(std::string_view(metadata_path).size());
  if (!below.empty() && below != path_ && below != endpoint) {
    reply.status = 404;
    return reply;
  }
  json::object document;
  document["resource"] = options_.resource;
  document["authorization_servers"] = json::array{options_.expectations.issuer};
  document["bearer_methods_supported"] = json::array{"header"};
  const auto scopes = all_scopes();
  if (!scopes.empty()) document["scopes_supported"] = array_of(scopes);
  document["resource_name"] = "mcp-ssh";
  reply.content_type = "application/json";
  reply.body = serialize(document);
  reply.fields.emplace_back("Cache-Control", "max-age=3600");
  return reply;
}

Authenticate with_oauth(Authenticate known, std::shared_ptr<ResourceServer> server) {
  return [known = std::move(known), server = std::move(server)](Credentials credentials) {
    return ask_both(known, server, std::move(credentials));
  };
}

HttpRoute metadata_route(std::shared_ptr<const ResourceServer> server, std::string endpoint) {
  HttpRoute route;
  route.prefix = metadata_path;
  route.open = true;
  route.handle = [server = std::move(server), endpoint = std::move(endpoint)](const HttpRequest& request) {
    return say(server->metadata(request, endpoint));
  };
  return route;
}

}  // namespace mcpssh::transport::oauth
