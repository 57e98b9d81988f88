#pragma once
#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "gateway/diagnosis.hpp"
#include "gateway/tunnel_note.hpp"
#include "outputs/capture.hpp"

namespace mcpssh::gateway {

/// How an action ended. Different states are never folded into one (docs/architecture.md, "Say what
/// happened").
enum class State {
  exited,           ///< exit_code
  signalled,        ///< signal
  timed_out,        ///< stopped at its deadline; `remains` says what is known of the remote side
  cancelled,        ///< the asker went away
  connection_lost,  ///< outcome unknown; never repeated by us
  no_status,        ///< the host closed the channel and told no status
  replied,          ///< a device answered in full; devices have no exit status
  question,         ///< the shell waits for an answer; `question` holds its words
  shell_ended,      ///< the line ended the shell (exit)
  connected,
  disconnected,
  probed,  ///< `connection` holds the key the host offered
  trusted,
  forgotten,      ///< a host's key; `connection` names the fingerprints that were on record
  stopped,        ///< another call was ended; `stopped` is its state, `remains` what is known of it
  tunnel_opened,  ///< `tunnel`
  tunnel_closed,
  diagnosed,      ///< `diagnosis`
  refused,        ///< policy or approval said no; nothing was sent
  never_started,  ///< failed before anything was sent; `error` says why
};
std::string_view to_string(State state);

/// What is known of a stopped command on its host.
enum class Remains { nothing_to_stop, proved_gone, still_running, unproved };
std::string_view to_string(Remains remains);

/// Facts of the connection an action used.
struct ConnectionNote {
  bool opened_now = false;
  std::string address, user, host_key_type, fingerprint, auth_method, server_version, login_shell;
  std::string key_exchange, cipher, mac;  ///< as negotiated; empty for probed
  std::string host_key_base64;            ///< only for probed
  std::string on_record;  ///< probed: "match", "unknown", "changed" or "revoked"; forgotten: the file
                          ///< that still has keys for the name, which this program does not write
  std::string known_fingerprints;  ///< what known_hosts holds, or held, for that name
  std::string weak_algorithms;     ///< that only the host's `algorithms` let in, joined by commas
  bool host_key_added = false;
  std::chrono::microseconds took{};
  bool operator==(const ConnectionNote&) const = default;
};

/// An error as a value that can travel.
struct Failure {
  base::ErrorCode code = base::ErrorCode::internal;
  std::string message;  ///< as shown, with the fault's word at its end
  base::Fault fault = base::general_fault(code);
  bool operator==(const Failure&) const = default;
};
Failure failure_of(const base::Error& error);

/// What came of one action. A value that survives a round trip through JSON.
struct Outcome {
  base::CallId call;
  std::string host;
  State state = State::never_started;
  std::optional<int> exit_code;
  std::string signal;
  outputs::Captured out;
  outputs::Captured err;
  Remains remains = Remains::nothing_to_stop;
  long remote_pid = 0;
  bool output_may_continue = false;
  std::string question;
  std::string session;  ///< of a shell line
  bool line_sent =
      true;  ///< false: an earlier line of the shell had ended meanwhile; this is its end, ours was kept back
  outputs::Captured earlier;  ///< what a shell printed between the last line and this one
  std::string prompt;
  std::optional<Failure> error;
  std::string stopped;             ///< of a Stop: how the call it ended came out
  std::size_t closing_later = 0;   ///< of a Disconnect: connections that close behind what runs on them
  std::size_t staying_open = 0;    ///< of a Disconnect: connections that others use too
  std::vector<std::string> rules;  ///< guard rule ids that had a say
  std::string approved_by;
  std::optional<ConnectionNote> connection;
  std::optional<TunnelNote> tunnel;
  std::optional<Diagnosis> diagnosis;
  std::chrono::microseconds duration{};
  bool end_recorded = true;  ///< false: it happened, but its end record could not be written
  bool operator==(const Outcome&) const = default;
};

base::json::object to_json(const Outcome& outcome);
std::expected<Outcome, base::Error> outcome_from_json(const base::json::object& object);

}  // namespace mcpssh::gateway
