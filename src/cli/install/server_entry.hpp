#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "cli/install/client.hpp"

namespace mcpssh::cli {

/// How a client gets at an mcp-ssh: a command it starts, or a URL.
struct ServerLaunch {
  std::vector<std::string> command;                         ///< empty: over HTTP
  std::vector<std::pair<std::string, std::string>> values;  ///< variables set for it; nothing secret
  std::vector<std::string> references;  ///< variables passed on by name, where the client can
  std::vector<std::string> asked{};     ///< variables a client that `asks` asks a person for
  std::string url;
  std::string token_variable;  ///< holds the bearer token; empty: none is sent
};

/// The entry as this client words it. Names of variables stand in it, never what they hold. Throws
/// base::Error(invalid_argument) for a way the client does not have.
base::json::object entry_for(const Client& client, const ServerLaunch& launch);

/// What stands beside the entry for the variables that are asked for: `inputs`; empty when there are none.
base::json::object inputs_for(const ServerLaunch& launch);

/// The name of the program an entry runs, for a person. Nothing else of it: arguments of other programs and
/// URLs may be secrets.
std::string program_of(const base::json::value& entry);
/// Whether both say the same: clients write out empty `args` and `env`.
bool same_entry(const base::json::value& one, const base::json::object& other);
/// Whether it runs an mcp-ssh.
bool is_ours(const base::json::value& entry);

}  // namespace mcpssh::cli
