#pragma once
#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "cli/child.hpp"

namespace mcpssh::cli {

/// A small MCP client that talks to a real `mcp-ssh serve` process, as an assistant would.
class DemoClient {
 public:
  /// Starts the server and shakes hands. Throws Error.
  explicit DemoClient(const std::filesystem::path& config);

  /// The text a model would read. Throws Error when the server gives no answer.
  std::string call(const std::string& tool, base::json::object arguments);

 private:
  base::json::object request(const std::string& method, base::json::object params);

  Child server_;
  std::int64_t next_id_ = 1;
};

}  // namespace mcpssh::cli
