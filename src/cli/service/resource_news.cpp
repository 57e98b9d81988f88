#include "cli/service/resource_news.hpp"

#include <utility>

#include "tools/host_facts.hpp"
#include "tools/resources.hpp"

namespace mcpssh::cli {

ResourceNews::ResourceNews(const gateway::Gateway& gateway, mcp::Server& server)
    : gateway_(gateway), server_(server), told_(facts()) {}

void ResourceNews::tell() {
  const Facts before = std::exchange(told_, facts());
  if (before == told_) return;
  server_.changed(mcp::Change::resources);
  for (const auto& [host, said] : before) {
    const auto now = told_.find(host);
    if (now == told_.end() || now->second != said) server_.resource_changed(tools::host_uri(host));
  }
}

ResourceNews::Facts ResourceNews::facts() const {
  Facts facts;
  const auto snapshot = gateway_.snapshot();
  for (const auto& host : snapshot->hosts)
    facts[host.name] = base::json::serialize(tools::host_facts(*snapshot, host, false));
  return facts;
}

}  // namespace mcpssh::cli
