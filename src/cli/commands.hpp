#pragma once
#include <chrono>
#include <filesystem>
#include <map>
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

/// Of every command that writes hosts.yaml.
struct ChangeOptions {
  bool json = false;
  bool dry_run = false;  ///< show what would change, write nothing
  bool force = false;    ///< also when a key file is not there or open to others
};

struct HostEditOptions {
  std::string name;
  std::map<std::string, std::vector<std::string>> values;  ///< by flag, see cli/hosts/host_fields.hpp
  std::vector<std::string> assignments;                    ///< --set KEY=VALUE
  std::vector<std::string> unset;                          ///< keys to take out
  std::string rename;                                      ///< its new name; empty: it keeps it
  ChangeOptions change;
};

struct ImportOptions {
  std::vector<std::string> patterns;  ///< names of hosts; none: all
  std::string ssh_config;             ///< another file than ~/.ssh/config
  std::string ansible;                ///< an inventory in its place
  bool yes = false;                   ///< without asking
  ChangeOptions change;
};

struct DemoOptions {
  bool stay = false;  ///< start the lab, print its hosts.yaml and wait for the end of stdin
};

/// How `serve` serves. The times are in seconds; tests turn them down.
struct ServeOptions {
  double answer_within = std::chrono::duration<double>(base::limits::answer_within).count();
  double shutdown_grace = std::chrono::duration<double>(base::limits::shutdown_grace).count();
  double login_answer_within = 0;  ///< for what hosts ask people during log-ins; 0: as long as an sshd waits
  bool http = false;               ///< --http, whatever MCP_TRANSPORT says
  std::string listen;              ///< "ADDR:PORT" of --http; empty: MCP_HOST and MCP_PORT
  std::string tls_certificate;     ///< PEM files; empty: MCP_TLS_CERTIFICATE and MCP_TLS_KEY
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

struct CheckOptions {
  std::vector<std::string> words;  ///< the command; "-": read it from stdin
  std::string host;                ///< judge as this host's policy says
  std::string policy;              ///< "readonly", "standard" or "full"; empty: the host's, else standard
  std::string shell = "posix";     ///< without a host: "posix" or "cli"
  std::string platform;            ///< without a host: of a network device
  std::string batch;               ///< a file of JSON lines, "-" for stdin
  bool explain = false;            ///< also what it does of the allowed kind, and how it was read
  bool json = false;
  bool rules = false;  ///< print the built-in rules instead
};

/// What operators say to running servers.
struct OperatorOptions {
  std::string socket;       ///< of one server; empty: all that this user reaches
  std::string id;           ///< of a request or call
  std::string reason;       ///< of a freeze
  std::string code;         ///< --code: "-" when stdin has a one-time code
  bool watch = false;       ///< go on telling
  bool json = false;        ///< for programs
  bool all = false;         ///< of stop: said so
  bool always = false;      ///< of approve: from now on without a question
  bool from_stdin = false;  ///< of answer: stdin has it
};

struct ApproverOptions {
  std::string user;
  std::string file;  ///< of the secret; empty: totp-USER in the state directory
};

/// Of `install` and `print`: an MCP client, and how it gets at this program.
struct InstallOptions {
  std::string client;  ///< as cli/install/client.hpp names it
  std::string name = "ssh";
  std::string project;           ///< a directory: its settings instead of the user's
  std::string file;              ///< another file than the client's usual one
  std::string url;               ///< --http: over HTTP instead of a command
  std::string token_env;         ///< the variable that holds the token for it
  std::vector<std::string> via;  ///< "wsl", "ssh" or "docker", and what it wants
  bool yes = false;
  bool replace = false;  ///< also an entry of this name that is not ours
  bool undo = false;
  bool list = false;
  bool dry_run = false;
  bool json = false;
};

int serve(const Common& common, const ServeOptions& options = {});
/// A client's stdio to the service that listens on `socket` (empty: as `serve --socket` chooses).
int connect(const std::string& socket);
/// 0 when the service at `place` (a URL or an admin socket's path; empty: where this environment has one)
/// says it is ready, else 1; one line either way.
int healthcheck(const std::string& place);
/// What the guard says of a command; nothing is sent anywhere. 0 it runs, 3 it asks, 4 it is denied.
int check(const Common& common, const CheckOptions& options);
/// What an error's code or a guard rule's id means; empty: the list of all codes.
int explain(const std::string& code);
int demo(const DemoOptions& options);
/// What would keep this program from its work here, and with a selector on those hosts, and how to mend it.
int doctor_command(const Common& common, const std::string& selector, bool json);
int hosts_list(const Common& common, const std::string& selector, bool json);
int hosts_test(const Common& common, const std::string& selector, bool json);
/// All of it on a terminal's screen.
int hosts_manager(const Common& common);
/// These four write hosts.yaml.
int hosts_add(const Common& common, const HostEditOptions& options);
int hosts_edit(const Common& common, const HostEditOptions& options);
int hosts_remove(const Common& common, const HostEditOptions& options);
int hosts_import(const Common& common, const ImportOptions& options);
/// Every key of hosts.yaml, in Markdown; and a JSON Schema of it.
int hosts_reference();
int hosts_schema();
int hosts_forget(const Common& common, const std::string& selector);
int hosts_trust(const Common& common, const TrustOptions& options);
/// Makes a token and prints it, this once.
int token_add(const Common& common, const TokenOptions& options);
int token_list();
int token_revoke(const std::string& name);
/// Shows what waits for a person.
int pending(const OperatorOptions& options);
int answer(const Common& common, const OperatorOptions& options, bool approve);
/// Answers what a host asks during a log-in.
int answer_login(const OperatorOptions& options);
/// Makes the secret of a user's one-time codes, and prints what a phone needs of it, this once.
int approver_totp(const ApproverOptions& options);
/// Nothing new runs on any host, until thaw().
int freeze(const Common& common, const OperatorOptions& options);
int thaw(const Common& common, const OperatorOptions& options);
int stop_all(const OperatorOptions& options);
int stop_call(const OperatorOptions& options);
/// Shows what is open in the servers of this user.
int sessions(const OperatorOptions& options);
/// Puts this program into an MCP client's settings.
int install(const Common& common, const InstallOptions& options);
/// Takes out what install() put in.
int uninstall(const InstallOptions& options);
/// Which clients are here, and which have an entry.
int install_list(const InstallOptions& options);
/// The entry on stdout, for a client or (without one) in the form most take.
int print_entry(const Common& common, const InstallOptions& options);
int audit_verify(const Common& common, const std::optional<std::filesystem::path>& file);
int audit_tail(const Common& common, const std::optional<std::filesystem::path>& file, std::size_t count);

}  // namespace mcpssh::cli
