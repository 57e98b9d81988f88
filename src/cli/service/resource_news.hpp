#pragma once
#include <map>
#include <string>

#include "gateway/gateway.hpp"
#include "mcp/server.hpp"

namespace mcpssh::cli {

/// Tells clients what a reload changed of the resources they can read. Lives on the loop; `gateway` and
/// `server` outlive it.
class ResourceNews {
 public:
  ResourceNews(const gateway::Gateway& gateway, mcp::Server& server);

  /// After a configuration was adopted. Says nothing when nobody can see a difference.
  void tell();

 private:
  using Facts = std::map<std::string, std::string>;  ///< host → what its resource says
  [[nodiscard]] Facts facts() const;

  const gateway::Gateway& gateway_;
  mcp::Server& server_;
  Facts told_;
};

}  // namespace mcpssh::cli
