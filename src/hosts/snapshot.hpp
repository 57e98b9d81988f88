#pragma once
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "hosts/host.hpp"

namespace mcpssh::hosts {

/// Reads environment variables; passed in so that tests need not change the process.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
Environment process_environment();

/// One version of the configuration: immutable, shared by the calls that started with it.
struct Snapshot {
  std::filesystem::path path;                  ///< empty when nothing was configured
  std::string digest;                          ///< SHA-256 of the bytes of all `sources`, hex
  std::vector<std::filesystem::path> sources;  ///< hosts.yaml and what was imported; to be watched
  std::vector<std::string> notes;              ///< what an import left out and why, for the log
  Settings settings;
  std::vector<Host> hosts;  ///< in file order

  /// The host of that exact name, or null.
  [[nodiscard]] const Host* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Parses the text of a hosts.yaml; imports nothing. Unknown keys, wrong types, duplicate names and bad
/// values are errors with line and the nearest known name. `path` is only for messages. Pure.
std::expected<Snapshot, base::Error> parse(std::string_view text, const std::filesystem::path& path,
                                           const Environment& environment);

/// Reads and parses the file. A file or directory writable by others is refused (whoever writes it can run
/// commands). With `settings.ssh_config`, adds hosts from ~/.ssh/config ($HOME of `environment`); a host of
/// the same name in hosts.yaml wins.
std::expected<Snapshot, base::Error> load(const std::filesystem::path& path, const Environment& environment);

/// Where hosts.yaml is: `given` (--config), MCP_SSH_CONFIG, $XDG_CONFIG_HOME/mcp-ssh/hosts.yaml. Never the
/// working directory: a cloned repository must not bring hosts. The file need not exist.
std::filesystem::path configuration_path(const std::optional<std::filesystem::path>& given,
                                         const Environment& environment);

/// The secret behind `ref`: an environment variable, or the first line of a file or systemd credential that
/// only we and root can read (blocks while it reads). The error names the reference and the line of
/// hosts.yaml that asked for it. A command is not run here: Error(invalid_argument).
std::expected<base::Secret, base::Error> resolve(const SecretRef& ref, const Environment& environment);

/// Every secret of this snapshot that the environment holds, for redaction by value.
std::vector<base::Secret> all_secrets(const Snapshot& snapshot, const Environment& environment);

}  // namespace mcpssh::hosts
