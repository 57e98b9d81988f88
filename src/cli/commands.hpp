#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"

/// The commands of the program, one file each. Each returns the exit status: 0 done, 1 failed, 78 bad
/// configuration.
namespace mcpssh::cli {

/// Options every command understands.
struct Common {
  std::optional<std::filesystem::path> config;  ///< --config
  std::string log_level = "info";               ///< --log-level
};

struct TrustOptions {
  std::string selector;     ///< a name or selector; "*" for --all
  std::string fingerprint;  ///< "SHA256:...": accept exactly this key and ask nothing
  bool yes = false;         ///< accept what is offered without asking
};

struct DemoOptions {
  bool stay = false;  ///< start the lab, print its hosts.yaml and wait for the end of stdin
};

/// How `serve` serves. The times are in seconds; tests turn them down.
struct ServeOptions {
  double answer_within = std::chrono::duration<double>(base::limits::answer_within).count();
  double shutdown_grace = std::chrono::duration<double>(base::limits::shutdown_grace).count();
  bool http = false;            ///< --http, whatever MCP_TRANSPORT says
  std::string listen;           ///< "ADDR:PORT" of --http; empty: MCP_HOST and MCP_PORT
  std::string tls_certificate;  ///< PEM files; empty: MCP_TLS_CERTIFICATE and MCP_TLS_KEY
  std::string tls_key;
  bool local = false;        ///< --socket: clients come over a UNIX socket, see connect()
  std::string socket;        ///< its path; empty: MCP_SOCKET or the runtime directory
  std::string socket_group;  ///< --socket-group: may connect too
  bool admin = false;        ///< --admin: metrics and health on a listener of their own
  std::string admin_place;   ///< its address or path; empty: MCP_ADMIN or the default
  std::string access_log;    ///< --access-log; empty: MCP_ACCESS_LOG
};

struct TokenOptions {
  std::string name;
  int days = 0;  ///< until it expires; 0: never
  // What it may do; not given: whatever hosts.yaml allows.
  std::optional<std::string> hosts;  ///< a selector
  std::vector<std::string> tools;    ///< names
  std::optional<std::string> mode;   ///< "readonly" or "standard"
  std::optional<std::string> role;   ///< "agent", "approver" or "admin"
  unsigned rate = 0;                 ///< tool calls a minute; 0: not given
};

int serve(const Common& common, const ServeOptions& options = {});
/// A client's stdio to the service that listens on `socket` (empty: as `serve --socket` chooses).
int connect(const std::string& socket);
/// 0 when the service at `place` (a URL or an admin socket's path; empty: where this environment has one)
/// says it is ready, else 1; one line either way.
int healthcheck(const std::string& place);
int demo(const DemoOptions& options);
int hosts_list(const Common& common, const std::string& selector);
int hosts_test(const Common& common, const std::string& selector);
int hosts_forget(const Common& common, const std::string& selector);
int hosts_trust(const Common& common, const TrustOptions& options);
/// Makes a token and prints it, this once.
int token_add(const Common& common, const TokenOptions& options);
int token_list();
int token_revoke(const std::string& name);
int audit_verify(const Common& common, const std::optional<std::filesystem::path>& file);
int audit_tail(const Common& common, const std::optional<std::filesystem::path>& file, std::size_t count);

}  // namespace mcpssh::cli
