#pragma once
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <tuple>

#include "base/ids.hpp"
#include "support/mcp_client.hpp"

/// What the stories look at on this machine, where their "remote" commands run.
namespace mcpssh::test {

/// The arguments of a process; empty for one of the kernel's, or one that has ended.
inline std::string arguments_of(const std::filesystem::path& process) {
  for (int looks = 0; looks < 1000; ++looks) {
    std::ifstream file(process / "cmdline");
    std::ostringstream text;
    text << file.rdbuf();  // a process that ends meanwhile is an error of the stream, not an exception
    if (!text.str().empty()) return text.str();
    // One in the middle of its exec has a program, and no arguments yet.
    std::error_code no_program;
    std::ignore = std::filesystem::read_symlink(process / "exe", no_program);
    if (no_program) break;
  }
  return {};
}

/// True while a process with `mark` as one of its arguments runs here.
inline bool runs_on_this_machine(const std::string& mark) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string arguments = arguments_of(entry.path());
    if (arguments.find(mark) != std::string::npos && arguments.find("mcp-ssh") == std::string::npos)
      return true;
  }
  return false;
}

/// Seconds for a sleep nobody else on this machine sleeps.
inline std::string own_sleep() {
  std::string digits;
  for (const char c : base::random_hex(5)) digits += static_cast<char>('0' + c % 10);
  return "1000." + digits;
}

/// Asks the server something harmless until `condition` holds; false after 20 s.
template <class Condition>
bool comes_true(McpSsh& server, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    server.call("ssh_list_sessions", "{}");
  }
  return true;
}

/// The records of the journal whose `key` is `value`.
inline std::vector<base::json::object> records_with(const McpSsh& server, std::string_view key,
                                                    std::string_view value) {
  std::vector<base::json::object> found;
  for (auto& record : server.records())
    if (base::find_string(record, key).value_or("") == value) found.push_back(std::move(record));
  return found;
}

}  // namespace mcpssh::test
