#pragma once
#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/principal.hpp"

namespace mcpssh::gateway {

/// One stateless command on an exec channel.
struct Exec {
  std::string command;
  std::string directory;                                         ///< empty: the host's workdir
  std::vector<std::pair<std::string, std::string>> environment;  ///< added to the host's env
  std::string input;                                             ///< stdin
  std::string sudo_user;                                         ///< empty: as the login user
  bool tty = false;
  bool operator==(const Exec&) const = default;
};
/// One line (or the answer to a question) in the stateful shell of a named session; opens it when needed.
struct ShellLine {
  std::string session;
  std::string line;
  bool operator==(const ShellLine&) const = default;
};
/// Open the pooled connection, or find it open.
struct Connect {
  bool operator==(const Connect&) const = default;
};
/// Close the asker's shells on the host, and the connection. With `session`, only that shell.
struct Disconnect {
  std::string session;
  bool operator==(const Disconnect&) const = default;
};
/// Ask the host for its key without logging in.
struct Probe {
  bool operator==(const Probe&) const = default;
};
/// Put this key into known_hosts: a human's decision, made at the terminal.
struct Trust {
  std::string key_type;
  std::string key_base64;
  bool operator==(const Trust&) const = default;
};
/// End a running call of the same principal, on its host.
struct Stop {
  std::string call;
  bool operator==(const Stop&) const = default;
};
/// A forward: local (we listen on loopback, the host connects to `address`:`port`), dynamic (a SOCKS proxy
/// on our loopback), or remote (the host listens, we connect); or the end of one.
struct Tunnel {
  enum class Kind { local, dynamic, remote, close } kind = Kind::local;
  std::string address;         ///< of the far end; empty for dynamic
  int port = 0;                ///< likewise
  std::string listen_address;  ///< empty: 127.0.0.1
  int listen_port = 0;         ///< 0: any free one
  std::string id;              ///< of the tunnel to close
  bool operator==(const Tunnel&) const = default;
};
/// Forget a host's key: a human's decision, made at the terminal.
struct Forget {
  bool operator==(const Forget&) const = default;
};
/// Look for faults: what the network and the key exchange say before any log-in, or whether there is SFTP
/// behind one. Runs no command.
struct Diagnose {
  enum class Part { network, sftp } part = Part::network;
  bool operator==(const Diagnose&) const = default;
};
using What = std::variant<Exec, ShellLine, Connect, Disconnect, Probe, Trust, Stop, Tunnel, Forget, Diagnose>;

/// Who wants what, where, and why. Exactly one host; a value that survives a round trip through JSON.
struct Action {
  base::Principal principal;
  std::string host;
  What what;
  std::string tool;    ///< what the record calls it: "ssh_run"
  std::string reason;  ///< the agent's own words; never part of a decision
  std::string batch;   ///< one id for all actions of a call on many hosts; empty: a single one
  bool confirm_dangerous = false;
  bool can_elicit = false;                           ///< a human can be asked through the asker's client
  std::optional<std::chrono::milliseconds> timeout;  ///< absent: settings.command_timeout
  bool operator==(const Action&) const = default;
};

/// "exec", "shell_line", ...
std::string_view kind_of(const What& what);
/// The text a host would receive, for the guard and the record; empty for actions that send none.
const std::string& text_of(const What& what);

base::json::object to_json(const Action& action);
std::expected<Action, base::Error> action_from_json(const base::json::object& object);

}  // namespace mcpssh::gateway
