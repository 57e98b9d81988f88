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
  std::filesystem::path path;  ///< empty when nothing was configured
  std::string digest;          ///< SHA-256 of the file's bytes, hex
  Settings settings;
  std::vector<Host> hosts;  ///< in file order

  /// The host of that exact name, or null.
  [[nodiscard]] const Host* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Parses the text of a hosts.yaml. Unknown keys, wrong types, duplicate names and bad values are errors with
/// line and the nearest known name. `path` is only for messages. Pure.
std::expected<Snapshot, base::Error> parse(std::string_view text, const std::filesystem::path& path,
                                           const Environment& environment);

/// Reads and parses the file. A file or directory writable by others is refused (whoever writes it can run
/// commands).
std::expected<Snapshot, base::Error> load(const std::filesystem::path& path, const Environment& environment);

/// Where hosts.yaml is: `given` (--config), MCP_SSH_CONFIG, $XDG_CONFIG_HOME/mcp-ssh/hosts.yaml. Never the
/// working directory: a cloned repository must not bring hosts. The file need not exist.
std::filesystem::path configuration_path(const std::optional<std::filesystem::path>& given,
                                         const Environment& environment);

/// The secret behind `ref`. The error names the variable and the line of hosts.yaml that asked for it.
std::expected<base::Secret, base::Error> resolve(const SecretRef& ref, const Environment& environment);

/// Every secret that is set for this snapshot, for redaction by value.
std::vector<base::Secret> all_secrets(const Snapshot& snapshot, const Environment& environment);

}  // namespace mcpssh::hosts
