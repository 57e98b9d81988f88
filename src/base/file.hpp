#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace mcpssh::base {

/// The whole file, at most `max_bytes`. Throws Error(not_found | permission_denied | limit_reached |
/// io_error) naming the path.
std::string read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Replaces `path` so that a reader sees the old bytes or the new ones, never a part: temporary file of the
/// given mode beside it, fsync, rename, fsync of the directory. Follows a symlink to the real file. Throws
/// Error.
void replace_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0600);

/// Makes `directory` and its missing parents with mode 0700. Throws Error(permission_denied) when the
/// directory itself is writable by group or others without the sticky bit: someone else could swap the files
/// in it.
void ensure_private_directory(const std::filesystem::path& directory);

/// $XDG_STATE_HOME/mcp-ssh or ~/.local/state/mcp-ssh. Throws Error(invalid_config) when neither is known.
std::filesystem::path state_directory();
/// $XDG_CONFIG_HOME/mcp-ssh or ~/.config/mcp-ssh.
std::filesystem::path config_directory();
/// `path` with a leading "~" or "~/" replaced by the home directory; other paths unchanged.
std::filesystem::path expand_home(std::string_view path);

}  // namespace mcpssh::base
