#pragma once
#include <string>
#include <vector>

#include "cli/install/client.hpp"

namespace mcpssh::cli {

/// A secret that hosts.yaml takes from the environment.
struct SecretNeed {
  std::string host, place;  ///< place: "hosts.yaml:9"
  std::string variable;
  std::string key;  ///< without its `_env`: "password", "passphrase", "proxy_password"
  std::string of;   ///< the mapping the key stands in: "auth", "sudo"; empty: the host itself
};

/// A file that hosts.yaml names.
struct FileNeed {
  std::string host, place;  ///< "web1", "hosts.yaml:9"; host: "settings" for what is no host's
  std::string key;          ///< "key_path"
  std::string path;         ///< as written
  std::string instead{};    ///< where it is out of reach: its name there; empty: it has none
};

/// What the hosts of a configuration need from the environment of the server.
struct Needs {
  std::vector<SecretNeed> secrets;
  std::vector<std::string> agent;  ///< hosts that log in through the SSH agent, or have nothing else
  std::vector<FileNeed> files;     ///< keys, certificates, secrets, known hosts
};
Needs needs_of(const hosts::Snapshot& snapshot);

/// Variables that an entry of this client passes on by name: those that are exported here, of a client that
/// passes on nothing else.
std::vector<std::string> passed_on(const Client& client, const Needs& needs,
                                   const hosts::Environment& environment);

/// What the server would miss under this client.
struct Unreached {
  std::vector<SecretNeed> secrets;
  std::vector<std::string> agent;
  std::vector<FileNeed> files{};
  bool in_container = false;  ///< it runs in one, where no agent is, and a home of its own
};
Unreached unreached(const Client& client, const Needs& needs, const hosts::Environment& environment);

/// The variables of its secrets, each once.
std::vector<std::string> variables_of(const Unreached& missing);

/// For a person: which hosts would not log in, why, and lines for hosts.yaml that need no variable. Empty
/// when nothing is missing.
std::string advice(const Client& client, const Unreached& missing);
base::json::array json_of(const Unreached& missing);

}  // namespace mcpssh::cli
