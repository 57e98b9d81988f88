#pragma once
#include <optional>

#include "cli/commands.hpp"
#include "cli/install/references.hpp"
#include "cli/install/server_entry.hpp"

namespace mcpssh::cli {

/// The entry's name as clients take it. Throws base::Error(invalid_argument).
void check_entry_name(const std::string& name);

/// What the options say of how a client gets at an mcp-ssh, checked. Throws base::Error(invalid_argument).
class Way {
 public:
  Way(const Common& common, const InstallOptions& options, const hosts::Environment& environment);

  /// Whether the hosts of this machine's hosts.yaml are the ones that will be reached.
  [[nodiscard]] bool here() const { return kind_ != Kind::http && kind_ != Kind::ssh; }
  /// Whether what an entry sets as environment gets to the server.
  [[nodiscard]] bool passes_environment() const { return kind_ == Kind::command || kind_ == Kind::docker; }
  /// What the server would miss under this client.
  [[nodiscard]] Unreached missing(const Client& client, const Needs& needs) const;
  /// The client as it is over this way: one on Windows passes nothing into WSL.
  [[nodiscard]] Client seen_by(Client client) const;
  /// `shared`: the entry is for a file that others get too, so it names no directory of this machine where
  /// that can be.
  [[nodiscard]] ServerLaunch launch(const Client& client, const Needs& needs, bool shared) const;

 private:
  enum class Kind { command, wsl, ssh, docker, http };

  void take(const std::string& way, const std::string& detail, const Common& common);
  [[nodiscard]] std::vector<std::string> docker(const Needs& needs) const;

  Kind kind_ = Kind::command;
  std::string detail_;  ///< distribution, host, image
  std::string url_, token_variable_;
  std::optional<std::string> config_;  ///< hosts.yaml, where it is not at its usual place
  std::filesystem::path hosts_yaml_;
  hosts::Environment environment_;
};

/// What this machine's hosts need; nothing without a readable hosts.yaml. `note` gets a sentence about that.
Needs needs_here(const Common& common, const hosts::Environment& environment, std::string& note);

}  // namespace mcpssh::cli
