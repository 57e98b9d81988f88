#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "cli/child.hpp"

namespace mcpssh::cli {

/// What a tool answered: the text a model would read, and whether it is told as an error.
struct DemoAnswer {
  std::string text;
  bool is_error = false;
};

/// A small MCP client that talks to a real `mcp-ssh serve` process, as an assistant would.
class DemoClient {
 public:
  /// Stands in for the person in front of the client: the server's question, true for yes.
  using Person = std::function<bool(std::string_view question)>;

  /// Starts the server and shakes hands. Throws Error.
  DemoClient(const std::filesystem::path& config, Person person);

  /// Throws Error when the server gives no answer.
  DemoAnswer call(const std::string& tool, base::json::object arguments);

 private:
  base::json::object request(const std::string& method, base::json::object params);
  void put_to_the_person(const base::json::object& question);

  Person person_;
  Child server_;
  std::int64_t next_id_ = 1;
};

}  // namespace mcpssh::cli
