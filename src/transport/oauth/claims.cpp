#include "transport/oauth/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "base/json.hpp"
#include "base/text.hpp"
#include "transport/http/brake.hpp"

namespace mcpssh::transport::oauth {
namespace {

namespace json = base::json;
using base::WallTime;
using std::chrono::seconds;

constexpr std::size_t longest_subject = 1024;
constexpr std::size_t longest_name = 96;
constexpr std::size_t kept_of_name = 60;
constexpr std::size_t most_scopes = 256;
/// The end of the year 9999: beyond it is no time, and sums stay in range.
constexpr double last_second = 253402300799.0;

std::optional<WallTime> time_of(const json::value& value) {
  double number = 0;
  if (const auto* whole = value.if_int64())
    number = static_cast<double>(*whole);
  else if (const auto* natural = value.if_uint64())
    number = static_cast<double>(*natural);
  else if (const auto* real = value.if_double())
    number = *real;
  else
    return std::nullopt;
  if (!std::isfinite(number) || number < 0 || number > last_second) return std::nullopt;
  return WallTime(seconds(static_cast<std::int64_t>(number)));
}

std::optional<std::vector<std::string>> texts_of(const json::value& value) {
  std::vector<std::string> texts;
  const auto* list = value.if_array();
  if (list == nullptr) return std::nullopt;
  for (const auto& one : *list) {
    if (!one.is_string()) return std::nullopt;
    texts.emplace_back(one.get_string());
  }
  return texts;
}

bool is_for_us(const json::object& claims, const std::vector<std::string>& audiences) {
  const auto* given = claims.if_contains("aud");
  if (given == nullptr) return false;
  std::vector<std::string> named;
  if (given->is_string())
    named.emplace_back(given->get_string());
  else if (auto list = texts_of(*given))
    named = std::move(*list);
  return std::ranges::any_of(named, [&](const auto& one) { return std::ranges::count(audiences, one) > 0; });
}

/// Tokens of other kinds that the same server signs with the same key (RFC 8725, section 3.12).
std::optional<std::string> other_kind(const json::object& claims) {
  if (claims.contains("at_hash") || claims.contains("c_hash")) return "it is an ID token";
  // Keycloak says there what its tokens are, and puts a nonce into those for access too.
  const auto* type = claims.if_contains("typ");
  if (type != nullptr && *type != "Bearer") return "it is not an access token for Bearer (typ)";
  if (type == nullptr && claims.contains("nonce")) return "it is an ID token (nonce)";
  if (claims.contains("cnf")) return "it is bound to a key of its client (cnf), which is not supported";
  return std::nullopt;
}

std::optional<std::string> wrong_times(const json::object& claims, seconds skew, WallTime now,
                                       WallTime& expires) {
  const auto* end = claims.if_contains("exp");
  const auto expiry = end == nullptr ? std::nullopt : time_of(*end);
  if (!expiry) return "it does not say when it expires (exp)";
  expires = *expiry;
  if (*expiry + skew <= now) return fmt::format("it expired {} ago", base::human_duration(now - *expiry));
  for (const std::string_view name : {"nbf", "iat"}) {
    const auto* begin = claims.if_contains(name);
    if (begin == nullptr) continue;
    const auto time = time_of(*begin);
    if (!time) return fmt::format("its {} is no time", name);
    if (*time > now + skew)
      return fmt::format("it is not valid yet ({}), for another {}", name, base::human_duration(*time - now));
  }
  return std::nullopt;
}

/// `scope` of RFC 9068 (a text) or `scp` of Microsoft Entra (a text) and Okta (a list).
std::optional<std::vector<std::string>> scopes_of(const json::object& claims) {
  const auto* value = claims.if_contains("scope");
  if (value == nullptr) value = claims.if_contains("scp");
  if (value == nullptr) return std::vector<std::string>();
  std::vector<std::string> scopes;
  if (value->is_string()) {
    for (const auto one : base::split(std::string_view(value->get_string()), ' '))
      if (!one.empty()) scopes.emplace_back(one);
  } else if (auto list = texts_of(*value)) {
    scopes = std::move(*list);
  } else {
    return std::nullopt;
  }
  return scopes.size() > most_scopes ? std::nullopt : std::optional(std::move(scopes));
}

bool may_stand(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("-._@+:/|=").find(c) != std::string_view::npos;
}

}  // namespace

std::expected<Claims, std::string> read_claims(std::string_view payload, const Expectations& expected,
                                               WallTime now) {
  const auto parsed = base::parse_json(payload);
  if (!parsed || !parsed->is_object())
    return std::unexpected("its claims are no JSON object, or name a member twice");
  const auto& claims = parsed->get_object();
  if (base::find_string(claims, "iss") != expected.issuer)
    return std::unexpected("it is of another issuer (iss)");
  if (!is_for_us(claims, expected.audiences)) return std::unexpected("it is for another service (aud)");
  Claims said;
  if (auto wrong = wrong_times(claims, expected.clock_skew, now, said.expires))
    return std::unexpected(std::move(*wrong));
  if (auto wrong = other_kind(claims)) return std::unexpected(std::move(*wrong));
  auto subject = base::find_string(claims, expected.principal_claim);
  if (!subject || subject->empty() || subject->size() > longest_subject)
    return std::unexpected("its claim " + expected.principal_claim + " is missing, no text, or too long");
  said.subject = std::move(*subject);
  auto scopes = scopes_of(claims);
  if (!scopes) return std::unexpected("its scopes are neither a text nor a list of texts");
  said.scopes = std::move(*scopes);
  said.has_rights = claims.contains("scope") || claims.contains("scp") || claims.contains("roles");
  return said;
}

std::string principal_name(std::string_view subject) {
  std::string name;
  for (const char c : subject) {
    if (may_stand(c))
      name += c;
    else
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (name.size() > longest_name) {
    // "~" stands in no other name, so a cut one is never another's whole one.
    const auto digest = sha256(std::string(subject));
    const std::span bytes(reinterpret_cast<const unsigned char*>(digest.data()), digest.size() / 2);
    name = name.substr(0, kept_of_name) + "~" + base::to_hex(bytes);
  }
  return "oauth:" + name;
}

}  // namespace mcpssh::transport::oauth
