// settings.oauth: whose tokens are taken over HTTP, and what their scopes are worth.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hosts/oauth.hpp"
#include "hosts/oauth_values.hpp"
#include "hosts/readers.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t most_scopes = 64;

constexpr std::array<std::pair<std::string_view, base::Role>, 3> roles{
    {{"agent", base::Role::agent}, {"approver", base::Role::approver}, {"admin", base::Role::admin}}};
/// Only what takes something away: a token never opens more than the host's own mode.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> modes{
    {{"readonly", "readonly"}, {"standard", "standard"}}};

base::Rights read_rights(const Section& section) {
  base::Rights rights;
  rights.hosts = section.text("hosts", problem_of_rights_selector);
  // A key without a value must not become "everything".
  for (const std::string_view key : {"hosts", "tools"})
    if (const auto* node = section.find(key); node != nullptr && node->kind == YamlNode::Kind::null)
      section.fail(section.place(key), fmt::format("{} has no value", section.path(key)),
                   "say which, or remove the key to allow all");
  if (section.has("tools")) rights.tools = section.texts("tools", problem_of_tool);
  if (const auto mode = section.choice<std::string_view>("mode", modes)) rights.mode = *mode;
  if (const auto calls = section.number("calls_per_minute"))
    rights.calls_per_minute = static_cast<unsigned>(*calls);
  rights.role = section.choice<base::Role>("role", roles).value_or(base::Role::agent);
  return rights;
}

void read_scopes(const Section& section, OAuth& oauth) {
  const auto* node = section.find("scopes");
  if (node == nullptr) return;
  // Nothing there would mean that every token may do everything.
  if (node->kind != YamlNode::Kind::mapping || node->items.empty())
    section.fail(section.place("scopes"),
                 fmt::format("{} must be a mapping of scopes, for example `\"ssh:read\": {{mode: readonly}}`",
                             section.path("scopes")),
                 "remove the key to give every token what hosts.yaml allows");
  if (node->items.size() > most_scopes)
    section.fail(section.place("scopes"),
                 fmt::format("{} holds more than {}", section.path("scopes"), most_scopes));
  for (const YamlNode& item : node->items) {
    Place place = section.place(item);
    place.line = item.key_line;
    if (const auto problem = problem_of_scope(item.key))
      section.fail(place, fmt::format("{}: {}", section.path("scopes"), *problem));
    OAuthScope scope;
    scope.name = item.key;
    if (item.kind != YamlNode::Kind::null)
      scope.rights = std::make_shared<const base::Rights>(read_rights(
          Section(item, fmt::format("{}.{}", section.path("scopes"), item.key), place.file, rights_keys)));
    else
      scope.rights = std::make_shared<const base::Rights>();
    oauth.scopes.push_back(std::move(scope));
  }
}

}  // namespace

OAuth read_oauth(const Section& section) {
  OAuth oauth;
  oauth.issuer = section.text("issuer", problem_of_identity_url).value_or("");
  oauth.resource = section.text("resource", problem_of_identity_url).value_or("");
  oauth.audiences = section.one_or_more("audience", problem_of_audience);
  oauth.jwks_file = section.text("jwks_file", problem_of_path).value_or("");
  oauth.jwks_url = section.text("jwks_url", problem_of_key_url).value_or("");
  oauth.ca_file = section.text("ca_file", problem_of_path).value_or("");
  oauth.required_scopes = section.one_or_more("required_scopes", problem_of_scope);
  read_scopes(section, oauth);
  oauth.principal_claim = section.text("principal_claim", problem_of_claim).value_or(oauth.principal_claim);
  if (const auto skew = section.number("clock_skew")) oauth.clock_skew = std::chrono::seconds(*skew);
  return oauth;
}

void note_scopes_without_hosts(Snapshot& snapshot) {
  if (!snapshot.settings.oauth) return;
  for (const auto& scope : snapshot.settings.oauth->scopes) {
    if (!scope.rights->hosts) continue;
    if (const auto chosen = require_hosts(snapshot, *scope.rights->hosts); !chosen)
      snapshot.notes.push_back(
          fmt::format("settings.oauth.scopes.{}.hosts: {}", scope.name, chosen.error().cause()));
  }
}

std::string problem_of_oauth(const OAuth& oauth) {
  if (oauth.issuer.empty()) return "issuer is missing: the URL that stands in the tokens as `iss`";
  if (oauth.resource.empty())
    return "resource is missing: the URL clients reach this server under, such as "
           "https://ssh.example.org/mcp";
  if (oauth.jwks_file.empty() && oauth.jwks_url.empty())
    return "jwks_url or jwks_file is missing: where the keys of the issuer are";
  if (!oauth.jwks_file.empty() && !oauth.jwks_url.empty()) return "jwks_url and jwks_file are both given";
  if (!oauth.ca_file.empty() && oauth.jwks_url.empty()) return "ca_file has no effect without jwks_url";
  return {};
}

}  // namespace mcpssh::hosts
