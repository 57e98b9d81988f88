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

constexpr Client table[] = {
    {.id = "claude-code",
     .title = "Claude Code",
     .dialect = Dialect::typed,
     .user_files = {"CLAUDE/.claude.json"},
     .project_file = ".mcp.json",
     .program = "claude",
     .then = "start a new session of Claude Code; /mcp shows the server"},
    {.id = "claude-desktop",
     .title = "Claude Desktop",
     .surroundings = Surroundings::desktop,
     .user_files = {"CONFIG/Claude/claude_desktop_config.json"},
     .program = "claude-desktop",
     .then = "quit Claude Desktop and start it again",
     .remote = "it takes remote servers only as connectors, in its settings"},
    {.id = "codex",
     .title = "Codex",
     .dialect = Dialect::codex,
     .surroundings = Surroundings::named,
     .format = FileFormat::toml,
     .container = "mcp_servers",
     .user_files = {"CODEX/config.toml"},
     .project_file = ".codex/config.toml",
     .program = "codex",
     .then = "start a new session of Codex; /mcp shows the server"},
    {.id = "cursor",
     .title = "Cursor",
     .dialect = Dialect::typed,
     .surroundings = Surroundings::desktop,
     .user_files = {"~/.cursor/mcp.json"},
     .project_file = ".cursor/mcp.json",
     .program = "cursor",
     .then = "switch the server on in Cursor's settings, under MCP"},
    {.id = "vscode",
     .title = "VS Code",
     .dialect = Dialect::typed,
     .surroundings = Surroundings::desktop,
     .container = "servers",
     .user_files = {"CONFIG/Code/User/mcp.json", "CONFIG/Code - Insiders/User/mcp.json",
                    "CONFIG/VSCodium/User/mcp.json"},
     .project_file = ".vscode/mcp.json",
     .program = "code",
     .then = "start the server in VS Code: \"MCP: List Servers\"",
     .asks = true},
    {.id = "gemini",
     .title = "Gemini CLI",
     .dialect = Dialect::gemini,
     .surroundings = Surroundings::named,
     .user_files = {"~/.gemini/settings.json"},
     .project_file = ".gemini/settings.json",
     .program = "gemini",
     .then = "start Gemini CLI again; /mcp shows the server"},
    {.id = "opencode",
     .title = "opencode",
     .dialect = Dialect::opencode,
     .container = "mcp",
     .user_files = {"CONFIG/opencode/opencode.json", "CONFIG/opencode/opencode.jsonc"},
     .project_file = "opencode.json",
     .program = "opencode",
     .then = "start opencode again"},
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

std::vector<fs::path> user_files(const Client& client, const hosts::Environment& environment) {
  std::vector<fs::path> out;
  for (const auto file : client.user_files)
    if (!file.empty()) out.push_back(resolved(file, environment));
  return out;
}

}  // namespace

std::span<const Client> clients() {
  return table;
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
  const auto files = user_files(client, environment);
  for (const auto& path : files)
    if (there(path)) return path;
  // The same program under another name may have its directory already.
  for (const auto& path : files)
    if (there(path.parent_path())) return path;
  return files.front();
}

bool client_found(const Client& client, const hosts::Environment& environment) {
  const auto files = user_files(client, environment);
  const bool settings = std::ranges::any_of(files, [](const fs::path& path) {
    return there(path) || (path.parent_path() != base::expand_home("~") && there(path.parent_path()));
  });
  return settings || on_path(client.program, environment);
}

}  // namespace mcpssh::cli
