#include "tools/completers.hpp"

#include <set>
#include <string_view>

#include "tools/catalog.hpp"

namespace mcpssh::tools {
namespace {

mcp::Completion fitting(const std::vector<std::string>& names, std::string_view typed,
                        const std::string& before = {}) {
  mcp::Completion completion;
  for (const bool at_the_start : {true, false})
    for (const auto& name : names) {
      const auto at = name.find(typed);
      if (at != std::string::npos && (at == 0) == at_the_start) completion.values.push_back(before + name);
    }
  completion.total = completion.values.size();
  return completion;
}

bool sees_hosts(const base::Principal& principal) {
  return may_use_tool(principal, "ssh_list_hosts");
}

std::vector<std::string> host_names(const hosts::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& host : snapshot.hosts) names.push_back(host.name);
  return names;
}

std::vector<std::string> selector_terms(const hosts::Snapshot& snapshot) {
  std::set<std::string> groups;
  for (const auto& host : snapshot.hosts)
    for (const auto& group : host.groups) groups.insert("@" + group);
  auto terms = host_names(snapshot);
  terms.insert(terms.end(), groups.begin(), groups.end());
  if (!snapshot.hosts.empty()) terms.emplace_back("*");
  return terms;
}

}  // namespace

mcp::Completer complete_host(gateway::Gateway& gateway) {
  return [&gateway](const mcp::CompletionQuery& query) {
    if (!sees_hosts(query.principal)) return mcp::Completion();
    return fitting(host_names(*gateway.snapshot(query.principal)), query.value);
  };
}

mcp::Completer complete_hosts(gateway::Gateway& gateway) {
  return [&gateway](const mcp::CompletionQuery& query) {
    if (!sees_hosts(query.principal)) return mcp::Completion();
    const auto comma = query.value.rfind(',');
    const auto begin = comma == std::string::npos ? 0 : query.value.find_first_not_of(' ', comma + 1);
    const auto typed = begin == std::string::npos ? std::string() : query.value.substr(begin);
    const auto before = query.value.substr(0, query.value.size() - typed.size());
    return fitting(selector_terms(*gateway.snapshot(query.principal)), typed, before);
  };
}

mcp::Completer complete_call(gateway::Gateway& gateway) {
  return [&gateway](const mcp::CompletionQuery& query) {
    if (!may_use_tool(query.principal, "ssh_output")) return mcp::Completion();
    std::vector<std::string> ids;
    for (const auto& job : gateway.jobs(query.principal)) ids.push_back(job.name);
    return fitting(ids, query.value);
  };
}

}  // namespace mcpssh::tools
