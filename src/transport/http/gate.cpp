#include "transport/http/gate.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "transport/http/accept.hpp"
#include "transport/http/problem.hpp"

namespace mcpssh::transport {
namespace {

using base::Task;

constexpr std::string_view wrong_token = "a valid token is needed: Authorization: Bearer <token>";

bool fits_a_header(std::string_view token) {
  for (const char c : token)
    if (c <= ' ' || c > '~') return false;
  return !token.empty();
}

Task<Authenticated> compare(std::string expected, base::Principal principal, Credentials credentials) {
  // Digests are equally long, so time says nothing about the length either.
  if (credentials.bearer && base::equal_constant_time(sha256(*credentials.bearer), expected))
    co_return principal;
  co_return std::unexpected(no_valid_token(credentials));
}

Task<Authenticated> welcome(base::Principal principal) {
  co_return principal;
}

base::Principal over_http(std::string name) {
  base::Principal principal;
  principal.name = std::move(name);
  principal.via = base::Via::http;
  return principal;
}

}  // namespace

Denial no_valid_token(const Credentials& credentials) {
  Denial denial;
  denial.why = wrong_token;
  denial.bad_token = credentials.bearer.has_value();
  return denial;
}

Authenticate one_token(std::string token, std::string name) {
  if (!fits_a_header(token))
    throw base::Error(base::Fault::no_token,
                      "the token is empty or has characters that an HTTP header cannot carry",
                      "use letters and digits only, for example the output of: openssl rand -hex 32");
  const auto principal = over_http(std::move(name));
  return [expected = sha256(token), principal](Credentials credentials) {
    return compare(expected, principal, std::move(credentials));
  };
}

Authenticate everyone(std::string name) {
  return [principal = over_http(std::move(name))](const Credentials&) { return welcome(principal); };
}

Gate::Gate(const HttpOptions& options, base::Log log)
    : options_(options),
      log_(std::move(log)),
      hosts_(options.allowed_hosts, options.address),
      proxies_(options.trusted_proxies),
      brake_(options.limits, options.clock) {}

bool Gate::uncounted(const std::string& peer) const {
  return is_loopback_address(peer) || proxies_.contains(peer);
}

std::string Gate::address_of(const HttpConnection& connection) const {
  return client_address(connection.peer(), connection.header("X-Forwarded-For").value_or(""), proxies_);
}

std::optional<Answer> Gate::refusal(const HttpConnection& connection, std::string_view query) const {
  const auto hosts = connection.headers("Host");
  if (hosts.size() != 1) return problem(400, "exactly one Host header is needed");
  if (const auto judged = hosts_.judge_host(hosts); !judged) return problem(403, judged.error());
  if (const auto judged = hosts_.judge_origin(connection.headers("Origin")); !judged)
    return problem(403, judged.error());
  if (carries_token(query))
    return problem(
        400,
        "a token must not be in the URL, where logs and histories keep it: send it as Authorization: "
        "Bearer <token>, and replace this one");
  if (connection.headers("Authorization").size() > 1)
    return problem(400, "more than one Authorization header");
  return std::nullopt;
}

Answer Gate::denied(const Denial& denial, bool with_token) const {
  auto answer = problem(denial.status, denial.why);
  std::string challenge = "Bearer realm=\"mcp-ssh\"";
  if (denial.status == 401 && with_token) challenge += ", error=\"invalid_token\"";
  if (!denial.challenge.empty()) challenge += ", " + denial.challenge;
  if (denial.status == 401 || denial.status == 403)
    answer.fields.emplace_back("WWW-Authenticate", std::move(challenge));
  if (denial.retry_after)
    answer.fields.emplace_back("Retry-After", std::to_string(denial.retry_after->count()));
  return answer;
}

Task<std::optional<base::Principal>> Gate::admit(HttpConnection& connection, std::string query) {
  if (auto refused = refusal(connection, query)) {
    connection.exchange().denied = refused->status == 403 ? denial_reason::host : denial_reason::request;
    co_await connection.respond(std::move(*refused));
    co_return std::nullopt;
  }
  Credentials credentials;
  credentials.bearer = bearer_of(connection.header("Authorization"));
  credentials.address = address_of(connection);
  const auto counted = counted_as(credentials.address);
  const auto token = credentials.bearer.value_or("");
  if (const auto left = brake_.blocked(counted, token); left.count() > 0) {
    connection.exchange().denied = denial_reason::blocked;
    auto answer = problem(429, "too many wrong tokens came from this address");
    answer.fields.emplace_back("Retry-After", std::to_string(left.count()));
    co_await connection.respond(std::move(answer));
    co_return std::nullopt;
  }
  auto principal = co_await options_.authenticate(std::move(credentials));
  if (principal) {
    if (!token.empty()) brake_.right(counted, token);
    connection.exchange().principal = principal->name;
    co_return std::move(*principal);
  }
  const auto& denial = principal.error();
  if (denial.status == 401)
    connection.exchange().denied = token.empty() ? denial_reason::no_token : denial_reason::wrong_token;
  else if (denial.status == 403)
    connection.exchange().denied = denial_reason::rights;
  // Only what counts is logged, or who is not let in could fill the log.
  if (denial.bad_token && brake_.wrong(counted, token))
    log_.warning("a request from " + base::printable(counted, 60) + " came with a wrong token");
  auto answer = denied(denial, !token.empty());
  co_await connection.respond(std::move(answer));
  co_return std::nullopt;
}

}  // namespace mcpssh::transport
