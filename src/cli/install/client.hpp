#pragma once
#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "cli/install/entry_text.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::cli {

/// What a server gets to see of the shell its client was started from.
enum class Surroundings {
  desktop,    ///< nothing: the client is started from a menu
  inherited,  ///< every exported variable
  named,      ///< only the variables that the entry names
};

/// How a client words an entry.
enum class Dialect { plain, typed, gemini, codex, opencode };

/// An MCP client whose settings we know. One row of clients().
struct Client {
  std::string_view id;     ///< what is typed: "claude-code"
  std::string_view title;  ///< "Claude Code"
  Dialect dialect = Dialect::plain;
  Surroundings surroundings = Surroundings::inherited;
  FileFormat format = FileFormat::json;
  std::string_view container = "mcpServers";  ///< the member of the file that holds the servers
  /// The first that is there counts, else the first of all; see client_file().
  std::array<std::string_view, 3> user_files{};
  std::string_view project_file{};  ///< below a project's directory; empty: it reads none
  std::string_view program{};       ///< its command; empty: it has none
  std::string_view then{};          ///< what a person does next
  bool asks = false;                ///< has `inputs`: asks a person for a value, and keeps it itself
  std::string_view remote{};        ///< why it takes no URL from its file; empty: it does
};

std::span<const Client> clients();
/// Throws base::Error(invalid_argument) with the names there are.
const Client& client_named(std::string_view id);

/// Its file of settings, `~`, `$XDG_CONFIG_HOME` and the like resolved: of the user, or below `project`.
/// Throws base::Error.
std::filesystem::path client_file(const Client& client, const hosts::Environment& environment,
                                  const std::filesystem::path& project = {});
/// Whether there is a sign of it on this machine: its directory of settings, or its program on PATH.
bool client_found(const Client& client, const hosts::Environment& environment);

}  // namespace mcpssh::cli
