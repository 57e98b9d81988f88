#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// A person's home with clients' settings in it, and the real program run there, without a terminal.
struct Desk {
  TempDir home;
  std::map<std::string, std::string> more{};  ///< of the environment

  [[nodiscard]] std::map<std::string, std::string> env() const {
    const auto path = home.path().string();
    std::map<std::string, std::string> all{{"HOME", path},
                                           {"XDG_STATE_HOME", path + "/state"},
                                           {"XDG_CONFIG_HOME", path + "/.config"},
                                           {"XDG_RUNTIME_DIR", path + "/run"},
                                           {"CLAUDE_CONFIG_DIR", ""},
                                           {"CODEX_HOME", ""},
                                           {"WSL_DISTRO_NAME", ""},
                                           {"SSH_AUTH_SOCK", ""},
                                           {"MCP_SSH_CONFIG", ""}};
    for (const auto& [name, value] : more) all[name] = value;
    return all;
  }
  [[nodiscard]] Finished run(std::vector<std::string> words) const {
    Process::Options options;
    options.argv = {MCPSSH_BINARY};
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    options.env = env();
    return run_to_end(std::move(options), std::chrono::seconds(60));
  }
  [[nodiscard]] Finished install(std::vector<std::string> words) const {
    words.insert(words.begin(), "install");
    return run(std::move(words));
  }
  [[nodiscard]] base::json::object json(std::vector<std::string> words) const {
    const auto finished = run(std::move(words));
    const auto value = base::parse_json(finished.out);
    if (!value || !value->is_object()) throw std::runtime_error(finished.out + finished.err);
    return value->as_object();
  }

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return home.path() / name; }
  std::filesystem::path write(const std::string& name, std::string_view text, unsigned mode = 0600) const {
    std::filesystem::create_directories(path(name).parent_path());
    return home.write(name, text, mode);
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream in(path(name));
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }
  [[nodiscard]] bool there(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path(name)));
  }
  [[nodiscard]] unsigned mode(const std::string& name) const {
    struct stat info{};
    return ::stat(path(name).c_str(), &info) == 0 ? info.st_mode & 07777u : 0;
  }
};

}  // namespace mcpssh::test
