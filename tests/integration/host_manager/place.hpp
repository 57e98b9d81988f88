#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// A person's home with a hosts.yaml in it, and the real program run there.
struct Place {
  TempDir home;
  std::filesystem::path file = home.path() / "hosts.yaml";

  [[nodiscard]] std::map<std::string, std::string> env() const {
    const auto path = home.path().string();
    return {{"HOME", path},
            {"XDG_STATE_HOME", path + "/state"},
            {"XDG_CONFIG_HOME", path + "/config"},
            {"XDG_RUNTIME_DIR", path + "/run"},
            {"SSH_AUTH_SOCK", ""},
            {"MCP_SSH_CONFIG", file.string()}};
  }
  /// `mcp-ssh hosts ...` without a terminal.
  [[nodiscard]] Finished hosts(std::vector<std::string> words) const {
    Process::Options options;
    options.argv = {MCPSSH_BINARY, "hosts"};
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    options.env = env();
    return run_to_end(std::move(options), std::chrono::seconds(60));
  }
  void write(std::string_view text) const { home.write("hosts.yaml", text); }
  [[nodiscard]] std::string text(const std::string& name = "hosts.yaml") const {
    std::ifstream in(home.path() / name);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }
  [[nodiscard]] unsigned mode(const std::string& name = "hosts.yaml") const {
    struct stat info{};
    return ::stat((home.path() / name).c_str(), &info) == 0 ? info.st_mode & 07777u : 0;
  }
};

}  // namespace mcpssh::test
