#include "base/faults.hpp"

#include <algorithm>
#include <array>

namespace mcpssh::base {
namespace {

constexpr auto rows = std::to_array<FaultRow>({
    // General, one a kind: of errors that nothing below names better.
    {Fault::invalid_argument, ErrorCode::invalid_argument, "invalid-argument", "what was asked for cannot be",
     "correct what the message names"},
    {Fault::invalid_config, ErrorCode::invalid_config, "invalid-config",
     "hosts.yaml or the environment does not make sense",
     "correct what the message names; it says file and line"},
    {Fault::not_found, ErrorCode::not_found, "not-found", "something that was named does not exist",
     "check the name; list what there is"},
    {Fault::permission_denied, ErrorCode::permission_denied, "permission-denied",
     "the operating system said no, or a file is open to others", "look at owner and mode with ls -l"},
    {Fault::refused, ErrorCode::refused, "refused", "a rule said no",
     "read which one in the message; it says what would be accepted"},
    {Fault::resolve_failed, ErrorCode::resolve_failed, "resolve-failed", "the host's name has no address",
     "try getent hosts NAME on this machine"},
    {Fault::connect_failed, ErrorCode::connect_failed, "connect-failed", "no TCP connection to the host",
     "check address, port, network and firewall, and that sshd listens"},
    {Fault::backing_off, ErrorCode::backing_off, "backing-off",
     "connecting failed so often that it is not tried for a while",
     "mend what the last attempt failed of, or wait"},
    {Fault::handshake_failed, ErrorCode::handshake_failed, "handshake-failed",
     "what answers there makes no SSH session with us", "check that an SSH server listens on that port"},
    {Fault::host_key_unknown, ErrorCode::host_key_unknown, "host-key-unknown",
     "no key of this host is on record", "compare its fingerprint, then mcp-ssh hosts trust NAME"},
    {Fault::host_key_changed, ErrorCode::host_key_changed, "host-key-changed",
     "the host shows another key than the one on record",
     "find out why before you do anything; then mcp-ssh hosts forget and trust"},
    {Fault::auth_failed, ErrorCode::auth_failed, "auth-failed", "the host took none of our credentials",
     "check user, key and password; the host's own log says why"},
    {Fault::needs_human, ErrorCode::needs_human, "needs-human",
     "the host asks what only a person can answer, and nobody can be asked",
     "log in by key, or use a client that can ask"},
    {Fault::channel_failed, ErrorCode::channel_failed, "channel-failed",
     "the host refused a terminal, a command or a tunnel on an open connection",
     "check ForceCommand, permit options and the login shell there"},
    {Fault::channel_limit, ErrorCode::channel_limit, "channel-limit",
     "the host opens no further session on this connection",
     "set limits.sessions to its MaxSessions, or raise that"},
    {Fault::connection_lost, ErrorCode::connection_lost, "connection-lost",
     "the connection ended while it was used", "see what was done before you repeat it"},
    {Fault::timed_out, ErrorCode::timed_out, "timed-out", "it took longer than it may",
     "try again with more time"},
    {Fault::cancelled, ErrorCode::cancelled, "cancelled", "it was put away before it was done",
     "ask again if it is still wanted"},
    {Fault::journal_unwritable, ErrorCode::journal_unwritable, "journal-unwritable",
     "the record cannot be written, so nothing may run",
     "check space, owner and mode of the journal; mcp-ssh audit verify"},
    {Fault::protocol_error, ErrorCode::protocol_error, "protocol-error",
     "a peer sent what its protocol does not allow", "check what answers on that address and port"},
    {Fault::limit_reached, ErrorCode::limit_reached, "limit-reached", "a bound was reached",
     "the message names it; wait, or ask for less"},
    {Fault::io_error, ErrorCode::io_error, "io-error",
     "the operating system could not read, write or make something",
     "read its reason in the message; check disk and descriptors"},
    {Fault::internal, ErrorCode::internal, "internal", "this program is at fault",
     "report it with the server's log"},
    // Typed wrong, or not known.
    {Fault::usage, ErrorCode::invalid_argument, "usage", "the command line does not make sense",
     "mcp-ssh COMMAND --help"},
    {Fault::unknown_host, ErrorCode::invalid_argument, "unknown-host",
     "no configured host has that name, or a selector leaves none",
     "mcp-ssh hosts list; add it with mcp-ssh hosts add"},
    {Fault::exists_already, ErrorCode::invalid_argument, "exists-already",
     "there is one of that name already", "choose another name, or remove the old one first"},
    {Fault::needs_terminal, ErrorCode::invalid_argument, "needs-terminal",
     "this asks a person, and there is no terminal", "give the answer as an option"},
    {Fault::no_such_call, ErrorCode::not_found, "no-such-call", "no call of that id is known to this asker",
     "ssh_list_sessions names those that are open"},
    {Fault::no_such_session, ErrorCode::not_found, "no-such-session",
     "no shell or tunnel of that name is open there", "ssh_list_sessions and ssh_tunnel list what is open"},
    {Fault::no_such_request, ErrorCode::not_found, "no-such-request",
     "no request for approval of that id is open", "mcp-ssh pending"},
    {Fault::no_such_token, ErrorCode::not_found, "no-such-token", "there is no token of that name",
     "mcp-ssh token list"},
    // hosts.yaml and the secrets it names.
    {Fault::config_missing, ErrorCode::not_found, "config-missing",
     "the configuration file that was named does not exist", "create it, or name another with --config"},
    {Fault::config_open, ErrorCode::permission_denied, "config-open",
     "others could change a file that says which hosts are reached", "run the chmod the message shows"},
    {Fault::config_yaml, ErrorCode::invalid_config, "config-yaml", "the file is not valid YAML",
     "look at the line it names: indentation, quotes, tabs"},
    {Fault::config_key, ErrorCode::invalid_config, "config-key",
     "a key is unknown, misplaced or not supported", "take the name it suggests, or remove the key"},
    {Fault::config_value, ErrorCode::invalid_config, "config-value",
     "a value of hosts.yaml is not one it may have", "correct it as the message says"},
    {Fault::config_pattern, ErrorCode::invalid_config, "config-pattern",
     "a regular expression cannot be used", "correct it; write it in single quotes"},
    {Fault::config_rule, ErrorCode::invalid_config, "config-rule",
     "a rule of allow, deny or unlock does not do what it says",
     "try it with mcp-ssh check --host NAME 'COMMAND'"},
    {Fault::secret_in_config, ErrorCode::invalid_config, "secret-in-config", "a secret stands in hosts.yaml",
     "move it out, and name where it is with password_env or its kin"},
    {Fault::edit_impossible, ErrorCode::invalid_argument, "edit-impossible",
     "this program cannot make that change without harming the file", "edit hosts.yaml by hand"},
    {Fault::file_changed, ErrorCode::refused, "file-changed",
     "somebody else changed hosts.yaml meanwhile; nothing was written",
     "look at it again and repeat the change"},
    {Fault::import_failed, ErrorCode::invalid_config, "import-failed",
     "an ssh_config or Ansible inventory cannot be read",
     "correct the line it names, or leave that file out"},
    {Fault::secret_missing, ErrorCode::invalid_config, "secret-missing",
     "a secret that hosts.yaml refers to is not there",
     "set the variable, or fill the file, where the server is started"},
    {Fault::secret_command_failed, ErrorCode::invalid_config, "secret-command-failed",
     "the command that prints a secret failed", "run it by hand as the server's user"},
    {Fault::secret_file_open, ErrorCode::permission_denied, "secret-file-open",
     "others could read or change the file of a secret", "chown it to the server's user, and chmod 600"},
    // The way to a host, its key, and logging in.
    {Fault::way_failed, ErrorCode::connect_failed, "way-failed", "a jump host or proxy goes no further",
     "check that host or proxy, and what it may reach"},
    {Fault::not_ssh, ErrorCode::handshake_failed, "not-ssh", "what answers there is no SSH server",
     "check host and port"},
    {Fault::algorithms_differ, ErrorCode::handshake_failed, "algorithms-differ",
     "host and program have no algorithm in common",
     "mcp-ssh doctor NAME shows which are missing, and the command that allows just those"},
    {Fault::host_key_weak, ErrorCode::handshake_failed, "host-key-weak",
     "the host's key is too short or cannot be read", "make a new host key there"},
    {Fault::host_key_revoked, ErrorCode::host_key_changed, "host-key-revoked",
     "known_hosts says that this key must not be trusted", "do not connect; ask who revoked it"},
    {Fault::host_key_pin, ErrorCode::host_key_changed, "host-key-pin",
     "the host's key is not the one pinned in hosts.yaml", "ask why it changed; then correct host_key"},
    {Fault::key_file_open, ErrorCode::permission_denied, "key-file-open", "others could read the private key",
     "chmod 600 KEY"},
    {Fault::key_unusable, ErrorCode::auth_failed, "key-unusable",
     "the file is no private key this program can use",
     "check that key_path names the private key, not the .pub file"},
    {Fault::passphrase_missing, ErrorCode::auth_failed, "passphrase-missing",
     "the key is encrypted, and no passphrase is set", "set auth.passphrase_env, or add the key to an agent"},
    {Fault::passphrase_wrong, ErrorCode::auth_failed, "passphrase-wrong",
     "the passphrase does not open the key", "check what auth.passphrase_env and its kin give"},
    {Fault::certificate_unusable, ErrorCode::auth_failed, "certificate-unusable",
     "the certificate beside the key cannot be used", "sign the key again, or remove the certificate"},
    {Fault::agent_unavailable, ErrorCode::auth_failed, "agent-unavailable",
     "there is no SSH agent, or it does not answer",
     "start ssh-agent where the server runs, or set auth.key_path"},
    {Fault::agent_without_key, ErrorCode::auth_failed, "agent-without-key", "the agent does not hold the key",
     "ssh-add KEY"},
    {Fault::credential_missing, ErrorCode::auth_failed, "credential-missing",
     "a way to log in was named, and what it needs was not",
     "set auth.password_env or auth.key_path, or get a ticket with kinit"},
    {Fault::login_slow, ErrorCode::timed_out, "login-slow", "the log-in was not done in time",
     "check the host's load and its name service"},
    // Shells and devices.
    {Fault::shell_not_posix, ErrorCode::protocol_error, "shell-not-posix",
     "the login shell is no POSIX shell", "shell: cli for a device; for a UNIX host use ssh_run"},
    {Fault::shell_silent, ErrorCode::timed_out, "shell-silent", "no prompt came",
     "check prompt_regex, and what the device prints at the log-in"},
    {Fault::shell_busy, ErrorCode::timed_out, "shell-busy",
     "an earlier line kept the shell busy, so this one was not sent",
     "wait for it, stop it, or use another session"},
    {Fault::shell_unproved, ErrorCode::refused, "shell-unproved",
     "what the login shell is could not be proved, so nothing can be judged for it",
     "look with mcp-ssh hosts test NAME; set shell or platform"},
    {Fault::no_status, ErrorCode::channel_failed, "no-status",
     "the host closed the channel without saying how the command ended",
     "see on the host what was done before you repeat it"},
    // Rules, approval and rights.
    {Fault::blocked, ErrorCode::refused, "blocked", "the guard stopped it, and nobody who counts agreed",
     "mcp-ssh check --host NAME 'COMMAND' says why and what would open it"},
    {Fault::declined, ErrorCode::refused, "declined", "a person said no",
     "do something else; a person can take it back with mcp-ssh approve"},
    {Fault::unanswered, ErrorCode::refused, "unanswered", "a person was asked and gave no answer",
     "ask again when somebody is there"},
    {Fault::approval_void, ErrorCode::refused, "approval-void",
     "what was approved is no longer what would run", "ask again"},
    {Fault::policy_changed, ErrorCode::refused, "policy-changed", "the configuration changed while it waited",
     "send it again"},
    {Fault::frozen, ErrorCode::refused, "frozen", "an operator froze this server",
     "ask them; mcp-ssh thaw ends it"},
    {Fault::closing, ErrorCode::refused, "closing", "the server is shutting down", "try again later"},
    {Fault::token_rights, ErrorCode::refused, "token-rights", "this token may not do that",
     "use another token, or make one with mcp-ssh token add"},
    {Fault::token_pace, ErrorCode::limit_reached, "token-pace", "this token makes more calls than it may",
     "wait as long as the message says"},
    {Fault::not_approver, ErrorCode::refused, "not-approver",
     "who answered does not count as another person than the asker",
     "answer as another user of the approvers' group, or as root"},
    {Fault::code_wrong, ErrorCode::refused, "code-wrong", "the one-time code does not count",
     "wait for the next one; check the clocks"},
    {Fault::code_locked, ErrorCode::limit_reached, "code-locked", "too many wrong one-time codes",
     "wait as long as the message says"},
    {Fault::too_many_requests, ErrorCode::limit_reached, "too-many-requests",
     "too many requests for approval are open or were declined", "answer those that wait: mcp-ssh pending"},
    {Fault::too_many_open, ErrorCode::limit_reached, "too-many-open",
     "too many calls, shells or tunnels are open", "end some of them: ssh_stop, ssh_disconnect, ssh_tunnel"},
    {Fault::too_long, ErrorCode::limit_reached, "too-long",
     "a command or its input is longer than may be sent", "put the text into a file on the host"},
    // The server itself.
    {Fault::no_server, ErrorCode::not_found, "no-server",
     "no mcp-ssh server runs there that this user can reach", "start one, or name its socket with --socket"},
    {Fault::wrong_server, ErrorCode::permission_denied, "wrong-server",
     "who answers on the socket is not who should",
     "do not trust what it says; look at the socket's directory"},
    {Fault::no_token, ErrorCode::invalid_config, "no-token",
     "HTTP does not start without a token, or with a weak one",
     "mcp-ssh token add NAME, or set MCP_AUTH_TOKEN"},
    {Fault::tokens_unusable, ErrorCode::invalid_config, "tokens-unusable",
     "the file of tokens cannot be used", "mend or remove it, and make new tokens"},
    {Fault::tls_unusable, ErrorCode::invalid_config, "tls-unusable", "certificate or key cannot be used",
     "name PEM files this server may read, of one pair"},
    {Fault::oauth_unusable, ErrorCode::invalid_config, "oauth-unusable",
     "what is configured for OAuth does not make sense", "docs/oauth.md has an example"},
    {Fault::listen_address, ErrorCode::invalid_config, "listen-address",
     "that is no address or port to listen on", "write ADDRESS:PORT, such as 127.0.0.1:8000"},
    {Fault::listen_failed, ErrorCode::io_error, "listen-failed",
     "the address, port or socket cannot be listened on", "see who has it: ss -ltnp"},
});

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].fault) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

std::span<const FaultRow> faults() {
  return rows;
}

const FaultRow& row_of(Fault fault) {
  return rows[static_cast<std::size_t>(fault)];
}

std::string_view to_string(Fault fault) {
  return row_of(fault).code;
}

std::optional<Fault> fault_named(std::string_view code) {
  const auto found = std::ranges::find(rows, code, &FaultRow::code);
  return found == rows.end() ? std::nullopt : std::optional(found->fault);
}

Fault general_fault(ErrorCode kind) {
  const auto found = std::ranges::find(rows, kind, &FaultRow::kind);  // they come first, one a kind
  return found == rows.end() ? Fault::internal : found->fault;
}

}  // namespace mcpssh::base
