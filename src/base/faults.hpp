#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.hpp"

namespace mcpssh::base {

/// What exactly went wrong, by the word people look up. Each has a row in faults(), and an entry in
/// docs/troubleshooting.md, which a test compares. The words are kept: people and programs search for them.
enum class Fault : std::uint8_t {
  // General, one a kind: of errors that nothing below names better.
  invalid_argument,
  invalid_config,
  not_found,
  permission_denied,
  refused,
  resolve_failed,
  connect_failed,
  backing_off,
  handshake_failed,
  host_key_unknown,
  host_key_changed,
  auth_failed,
  needs_human,
  channel_failed,
  channel_limit,
  connection_lost,
  timed_out,
  cancelled,
  journal_unwritable,
  protocol_error,
  limit_reached,
  io_error,
  internal,
  // Typed wrong, or not known.
  usage,
  unknown_host,
  exists_already,
  needs_terminal,
  no_such_call,
  no_such_session,
  no_such_request,
  no_such_token,
  // hosts.yaml and the secrets it names.
  config_missing,
  config_open,
  config_unreadable,
  config_yaml,
  config_key,
  config_value,
  config_pattern,
  config_rule,
  secret_in_config,
  edit_impossible,
  file_changed,
  import_failed,
  secret_missing,
  secret_command_failed,
  secret_file_open,
  // The way to a host, its key, and logging in.
  way_failed,
  not_ssh,
  algorithms_differ,
  host_key_weak,
  host_key_revoked,
  host_key_pin,
  key_file_open,
  key_unusable,
  passphrase_missing,
  passphrase_wrong,
  certificate_unusable,
  agent_unavailable,
  agent_without_key,
  credential_missing,
  login_slow,
  login_unanswered,
  login_declined,
  // Shells and devices.
  shell_not_posix,
  shell_silent,
  shell_busy,
  shell_unproved,
  no_status,
  // Rules, approval and rights.
  blocked,
  declined,
  unanswered,
  approval_void,
  policy_changed,
  frozen,
  closing,
  token_rights,
  token_pace,
  not_approver,
  code_wrong,
  code_locked,
  too_many_requests,
  too_many_open,
  too_long,
  // The server itself.
  no_server,
  wrong_server,
  no_token,
  tokens_unusable,
  tls_unusable,
  oauth_unusable,
  listen_address,
  listen_failed,
};

struct FaultRow {
  Fault fault;
  ErrorCode kind;
  std::string_view code;     ///< "host-key-changed": shown in brackets at the end of a message
  std::string_view meaning;  ///< one clause without a full stop
  std::string_view remedy;   ///< the next move, where the message has none of its own
};

/// Every fault, in the order of the enumeration.
std::span<const FaultRow> faults();
const FaultRow& row_of(Fault fault);
std::string_view to_string(Fault fault);
/// Of the word as it is shown; nothing for any other.
std::optional<Fault> fault_named(std::string_view code);
/// Of an error nothing more is known of than its kind.
Fault general_fault(ErrorCode kind);

}  // namespace mcpssh::base
