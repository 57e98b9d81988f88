#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/commands.hpp"

namespace mcpssh::cli {

/// A rule of `allow:` that makes a request needless from now on.
struct AlwaysRule {
  std::string host;
  std::vector<std::string> words;
  std::string server_file;  ///< the hosts.yaml the server says it runs under
};

/// The rule for an open request as a server describes it. `server`: what the server says of itself. Throws
/// Error(refused) that says why there can be none.
AlwaysRule always_rule_of(const base::json::object& request, const base::json::object* server);
/// The rule as it would stand in hosts.yaml, for a person's eyes.
std::string shown(const AlwaysRule& rule);

/// Adds it to the hosts.yaml of `common`, with this user's rights, which has to be the server's: a server
/// does not say which files its operators write. Says what it did; throws Error, with the rule to add by
/// hand, when it did nothing.
void write_always(const Common& common, const AlwaysRule& rule);

}  // namespace mcpssh::cli
