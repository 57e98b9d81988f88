#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"

namespace mcpssh::ssh {

enum class HostKeyChecking { strict, accept_new, off };

/// How to prove who we are: the methods, tried in turn.
struct Credentials {
  enum class Method { key, password, agent, keyboard_interactive, none, gssapi };
  std::vector<Method> methods{Method::agent};
  std::vector<std::filesystem::path> key_files;  ///< each one is an attempt of Method::key
  bool usual_keys = false;            ///< key_files are the usual names: absent ones are passed over
  std::filesystem::path certificate;  ///< empty: KEY-cert.pub beside each key, when it exists
  std::string agent_key;              ///< "SHA256:...": the only key of the agent to offer; empty: all
  std::optional<base::Secret> passphrase;
  std::optional<base::Secret> password;
  std::string agent_socket;  ///< SSH_AUTH_SOCK as the server saw it
};

/// What a host asks during the log-in that is no password of ours: a one-time code, a changed password.
/// Whoever answers gives a secret away: so it comes with who asks, as far as the connection has proved it.
struct HumanPrompt {
  std::string host;            ///< what the configuration calls it
  std::string user;            ///< who logs in
  std::string address;         ///< as ConnectionFacts has it
  std::string host_key;        ///< "ssh-ed25519 SHA256:..."
  std::string host_key_doubt;  ///< why that key proves nothing; empty: it is the one on record, or pinned
  // The host's own words, cleaned and bounded.
  std::string name;         ///< of the dialogue; often empty
  std::string instruction;  ///< may have several lines
  std::string text;
  bool echo = false;
  base::MonoTime until;  ///< from then on nobody waits for the answer
};
/// Asks a person, outside of the AI's reach; nothing when there is nobody or they declined, or an Error that
/// says more. Called on the connection's executor; cancelling ends the question.
using AskHuman = std::function<base::Task<std::optional<base::Secret>>(HumanPrompt prompt)>;

/// Offered behind the modern algorithms, in this order. Names libssh does not know are an error.
struct Algorithms {
  bool legacy = false;
  std::vector<std::string> key_exchange, ciphers, macs, host_keys, user_keys;
  bool operator==(const Algorithms&) const = default;
};

/// A SOCKS5 (RFC 1928, 1929) or HTTP CONNECT proxy.
struct Proxy {
  enum class Kind { socks5, http } kind = Kind::socks5;
  std::string address;
  std::uint16_t port = 1080;
  std::string user;
  std::optional<base::Secret> password;
};

/// What an earlier connection proved about who reads commands on a host. A value.
struct LearnedShell {
  std::string fingerprint;  ///< of the host key it was proved under; another key proves nothing
  std::string login_shell;  ///< as in ConnectionFacts
  bool through_sh = false;
};

/// Everything needed to open one connection. A value; `name` is what messages call the host.
struct Target {
  std::string name;
  std::string address;
  std::uint16_t port = 22;
  std::string user;
  Credentials credentials;
  HostKeyChecking host_key_checking = HostKeyChecking::strict;
  std::filesystem::path known_hosts;
  std::vector<std::filesystem::path> other_known_hosts;  ///< read beside it, never written
  bool posix = true;  ///< probe the login shell, so that commands can be stopped by process group

  // The way there: at most one of these.
  std::shared_ptr<const Target> jump;      ///< through a (pooled) connection to this one
  std::vector<std::string> proxy_command;  ///< argv whose stdin and stdout are the connection; no shell
  std::optional<Proxy> proxy;

  std::vector<std::string> pins;  ///< host keys, "SHA256:..." or "type base64"; when set nothing else counts
  Algorithms algorithms;
  AskHuman ask_human;  ///< null: nobody. Not part of the identity
  std::optional<LearnedShell>
      learned_shell;  ///< saves the probe, and its round trip. Not part of the identity

  std::chrono::milliseconds keepalive{5000};  ///< silence before we ask; dead after three; 0 = never
  std::size_t max_sessions = 0;     ///< session channels at once; 0 = limits::channels_per_connection
  std::size_t spare_channels = 0;   ///< opened ahead, within max_sessions
  std::size_t max_connections = 0;  ///< to this host at once; 0 = limits::connections_per_host
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds login_timeout{};
  std::chrono::milliseconds human_timeout{};  ///< for each answer of ask_human; 0: as long as sshd waits
};

/// What a fresh connection can tell about itself.
struct ConnectionFacts {
  std::string host_key_type;   ///< "ssh-ed25519"
  std::string fingerprint;     ///< "SHA256:..."
  std::string auth_method;     ///< "publickey (id_ed25519)", "password", "publickey (agent)"
  std::string server_version;  ///< "SSH-2.0-OpenSSH_9.2p1", cleaned
  std::string login_shell;     ///< "/bin/sh" when commands are proved to be read by a POSIX shell, else empty
  bool through_sh = false;  ///< login_shell is another (fish, csh) that hands each of them on to `sh`, proved
  bool shell_learned = false;             ///< ... by an earlier connection, not by this one
  std::string address;                    ///< "192.0.2.1:22", or "db1:22 through bastion"
  std::string key_exchange, cipher, mac;  ///< as negotiated
  std::vector<std::string>
      weak_algorithms;          ///< those of them, and of the host key, that only `algorithms` let in
  bool host_key_added = false;  ///< accept_new wrote it to known_hosts just now
  std::chrono::microseconds took{};
};

}  // namespace mcpssh::ssh
