#include "cli/install/client.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

/// A word in front of the first slash that stands for a directory: the variable that names it, else the path.
struct Root {
  std::string_view word, variable, otherwise;
};
constexpr Root roots[] = {
    {"CONFIG", "XDG_CONFIG_HOME", "~/.config"},
    {"CLAUDE", "CLAUDE_CONFIG_DIR", "~"},
    {"CODEX", "CODEX_HOME", "~/.codex"},
};

fs::path resolved(std::string_view path, const hosts::Environment& environment) {
  const auto slash = path.find('/');
  for (const Root& root : roots) {
    if (path.substr(0, slash) != root.word) continue;
    const auto named = environment(root.variable);
    const fs::path base =
        named && named->starts_with('/') ? fs::path(*named) : base::expand_home(root.otherwise);
    return base / path.substr(slash + 1);
  }
  return base::expand_home(path);
}

bool on_path(std::string_view program, const hosts::Environment& environment) {
  const std::string path = environment("PATH").value_or("");
  return std::ranges::any_of(base::split(path, ':'), [&](std::string_view directory) {
    return directory.starts_with('/') && ::access((fs::path(directory) / program).c_str(), X_OK) == 0;
  });
}

bool there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace

std::span<const Client> clients() {
  using enum FileFormat;
  using enum Surroundings;
  static const std::vector<Client> all{
      {"claude-code",
       "Claude Code",
       Dialect::typed,
       inherited,
       json,
       "mcpServers",
       {"CLAUDE/.claude.json"},
       ".mcp.json",
       "claude",
       "start a new session of Claude Code; /mcp shows the server",
       {}},
      {"claude-desktop",
       "Claude Desktop",
       Dialect::plain,
       desktop,
       json,
       "mcpServers",
       {"CONFIG/Claude/claude_desktop_config.json"},
       {},
       "claude-desktop",
       "quit Claude Desktop and start it again",
       "it takes remote servers only as connectors, in its settings"},
      {"codex",
       "Codex",
       Dialect::codex,
       named,
       toml,
       "mcp_servers",
       {"CODEX/config.toml"},
       ".codex/config.toml",
       "codex",
       "start a new session of Codex; /mcp shows the server",
       {}},
      {"cursor",
       "Cursor",
       Dialect::typed,
       desktop,
       json,
       "mcpServers",
       {"~/.cursor/mcp.json"},
       ".cursor/mcp.json",
       "cursor",
       "switch the server on in Cursor's settings, under MCP",
       {}},
      {"vscode",
       "VS Code",
       Dialect::typed,
       desktop,
       json,
       "servers",
       {"CONFIG/Code/User/mcp.json", "CONFIG/Code - Insiders/User/mcp.json", "CONFIG/VSCodium/User/mcp.json"},
       ".vscode/mcp.json",
       "code",
       "start the server in VS Code: \"MCP: List Servers\"",
       {}},
      {"gemini",
       "Gemini CLI",
       Dialect::gemini,
       named,
       json,
       "mcpServers",
       {"~/.gemini/settings.json"},
       ".gemini/settings.json",
       "gemini",
       "start Gemini CLI again; /mcp shows the server",
       {}},
      {"opencode",
       "opencode",
       Dialect::opencode,
       inherited,
       json,
       "mcp",
       {"CONFIG/opencode/opencode.json", "CONFIG/opencode/opencode.jsonc"},
       "opencode.json",
       "opencode",
       "start opencode again",
       {}},
  };
  return all;
}

const Client& client_named(std::string_view id) {
  std::vector<std::string> ids;
  for (const Client& client : clients()) {
    if (client.id == id) return client;
    ids.emplace_back(client.id);
  }
  const auto near = base::nearest(id, ids);
  throw Error(
      ErrorCode::invalid_argument, fmt::format("no client is called `{}`", base::printable(id, 60)),
      near ? fmt::format("did you mean `{}`?", *near)
           : fmt::format("there are {}; for another one `mcp-ssh print` shows what to put into its settings",
                         base::join(ids, ", ")));
}

fs::path client_file(const Client& client, const hosts::Environment& environment, const fs::path& project) {
  if (!project.empty()) {
    if (client.project_file.empty())
      throw Error(ErrorCode::invalid_argument, fmt::format("{} reads no settings of a project", client.title),
                  "leave --project out");
    return project / client.project_file;
  }
  for (const auto file : client.user_files)
    if (const fs::path path = resolved(file, environment); there(path)) return path;
  // The same program under another name may have its directory already.
  for (const auto file : client.user_files)
    if (const fs::path path = resolved(file, environment); there(path.parent_path())) return path;
  return resolved(client.user_files.front(), environment);
}

bool client_found(const Client& client, const hosts::Environment& environment) {
  const bool settings = std::ranges::any_of(client.user_files, [&](std::string_view file) {
    const fs::path path = resolved(file, environment);
    return there(path) || (path.parent_path() != base::expand_home("~") && there(path.parent_path()));
  });
  return settings || on_path(client.program, environment);
}

}  // namespace mcpssh::cli
