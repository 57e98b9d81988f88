#include "cli/local_action.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::cli {

base::Principal local_principal(const std::string& tool) {
  base::Principal principal;
  principal.name = "uid " + std::to_string(::getuid());
  principal.client = "mcp-ssh " + tool;
  principal.via = base::Via::local;
  principal.user = ::getuid();
  return principal;
}

base::Task<gateway::Outcome> local_action(gateway::Gateway& gateway, std::string host, gateway::What what,
                                          std::string tool) {
  gateway::Action action;
  action.principal = local_principal(tool);
  action.host = std::move(host);
  action.what = std::move(what);
  action.tool = std::move(tool);
  const auto call = gateway.submit(std::move(action));
  for (;;) {
    auto progress = co_await gateway.wait(call, std::chrono::steady_clock::time_point::max());
    if (auto* outcome = std::get_if<gateway::Outcome>(&progress)) co_return std::move(*outcome);
    // None of these commands sends text that a policy could hold up.
    if (std::holds_alternative<gateway::Waiting>(progress)) gateway.cancel(call);
  }
}

std::vector<std::string> selected_hosts(const hosts::Snapshot& snapshot, const std::string& selector) {
  const auto parsed = hosts::Selector::parse(selector);
  if (!parsed) throw base::Error(parsed.error());
  std::vector<std::string> names;
  for (const auto* host : parsed->select(snapshot)) names.push_back(host->name);
  if (names.empty() && !snapshot.hosts.empty()) {
    const auto found = hosts::require_host(snapshot, selector);  // for its "did you mean"
    if (!found) throw base::Error(found.error());
  }
  return names;
}

}  // namespace mcpssh::cli
