#include "cli/service/reload.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/file_watch.hpp"
#include "cli/house.hpp"

namespace mcpssh::cli {
namespace {

auto values_of(const hosts::OAuth& oauth) {
  return std::tie(oauth.issuer, oauth.audiences, oauth.jwks_file, oauth.jwks_url, oauth.ca_file,
                  oauth.resource, oauth.required_scopes, oauth.principal_claim, oauth.clock_skew);
}

bool same(const hosts::OAuthScope& a, const hosts::OAuthScope& b) {
  return a.name == b.name && (a.rights == b.rights || (a.rights && b.rights && *a.rights == *b.rights));
}

bool same(const std::optional<hosts::OAuth>& a, const std::optional<hosts::OAuth>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  const auto same_scope = [](const auto& one, const auto& other) { return same(one, other); };
  return values_of(*a) == values_of(*b) && std::ranges::equal(a->scopes, b->scopes, same_scope);
}

/// Who may come in over HTTP is settled when the program starts, and an owner who takes something away has to
/// know.
void warn_of_what_waits(const hosts::Settings& before, const hosts::Settings& after, const base::Log& log) {
  const auto waits = [&log](std::string_view key) {
    log.warning("settings." + std::string(key) +
                " has changed: restart to use it; until then the old one holds");
  };
  if (!same(before.oauth, after.oauth)) waits("oauth");
  if (before.approvers_group != after.approvers_group) waits("approvers_group");
  if (before.allowed_hosts != after.allowed_hosts) waits("allowed_hosts");
  if (before.trusted_proxies != after.trusted_proxies) waits("trusted_proxies");
}

/// False when it was refused.
bool adopt_if_changed(gateway::Gateway& gateway, const std::filesystem::path& path, const base::Log& log) {
  try {
    const Configuration configuration = configure(path);
    if (configuration.snapshot->digest == gateway.snapshot()->digest) return true;
    for (const auto& note : configuration.snapshot->notes) log.warning(note);
    warn_of_what_waits(gateway.snapshot()->settings, configuration.snapshot->settings, log);
    gateway.adopt(configuration.snapshot, configuration.policies);
    log.info("configuration reloaded from " + path.string());
    return true;
  } catch (const base::Error& error) {
    log.error(std::string("the changed configuration is refused, the old one stays: ") + error.what());
    gateway.reject_configuration(error.what());
    return false;
  }
}

/// The configuration and what it imports; these may be others after a reload.
std::vector<std::filesystem::path> watched(const gateway::Gateway& gateway, std::filesystem::path path) {
  std::vector<std::filesystem::path> files = gateway.snapshot()->sources;
  if (std::ranges::find(files, path) == files.end()) files.push_back(std::move(path));
  return files;
}

}  // namespace

void reload(gateway::Gateway& gateway, const std::filesystem::path& path, const base::Log& log,
            const Reloaded& reloaded) {
  const bool adopted = adopt_if_changed(gateway, path, log);
  if (reloaded) reloaded(adopted);
}

base::Task<void> reload_on_change(gateway::Gateway& gateway, std::filesystem::path path, base::Log log,
                                  Reloaded reloaded) {
  const auto executor = co_await base::asio::this_coro::executor;
  auto files = watched(gateway, path);
  auto watch = std::make_unique<base::FileWatch>(executor, files);
  for (;;) {
    co_await watch->changed();
    reload(gateway, path, log, reloaded);
    auto now = watched(gateway, path);
    if (now == files) continue;
    files = std::move(now);
    watch = std::make_unique<base::FileWatch>(executor, files);
    reload(gateway, path, log, reloaded);  // a file may have changed before it was watched
  }
}

}  // namespace mcpssh::cli
