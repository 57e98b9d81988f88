#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/principal.hpp"

namespace mcpssh::audit {

/// What a record tells. `begin`/`end` frame an action; the others stand alone.
enum class Kind {
  begin,       ///< about to act; durable before the first byte goes to the host
  end,         ///< what came of it
  refused,     ///< policy or approval said no; nothing was sent
  connect,     ///< a connection was opened (or failed to)
  disconnect,  ///< a connection was closed
  approval,    ///< a decision on an ask
  security,    ///< host key changed, host key trusted, ...
  config,      ///< configuration adopted or refused
  orphaned,    ///< written at start for a begin whose server died before its end
  start,       ///< a server opened the journal
};
std::string_view to_string(Kind kind);

/// One line of the journal before the chain is added. Empty fields are left out of the line.
/// Fields of the original keep name and meaning: ts host tool command decision exit_code timed_out.
struct Record {
  Kind kind = Kind::begin;
  std::string call;  ///< CallId of the action
  std::string host;
  std::string tool;      ///< "ssh_run", ...
  std::string command;   ///< exact text; non-UTF-8 bytes escaped by the journal
  std::string decision;  ///< "allowed" | "blocked" | "confirmed" as in the original
  std::optional<int> exit_code;
  std::optional<bool> timed_out;
  base::Principal principal;
  std::string session;
  std::string digest;              ///< SHA-256 of the whole action
  std::vector<std::string> rules;  ///< guard rule ids
  std::string approved_by;         ///< "model", "human:elicitation", "human:socket alice (1001)", ...
  std::string human_factor;        ///< of an answer: "other_user", "elicitation", or "none": the asker could
                                   ///< have given it
  std::string reason;              ///< the agent's own words
  std::string state;               ///< of the outcome: "exited", "timed_out", ...
  std::string detail;              ///< error text, fingerprint, difference of configuration
  std::optional<std::uint64_t> bytes_out;
  std::optional<std::uint64_t> bytes_err;
  std::optional<std::uint64_t> duration_us;
};

}  // namespace mcpssh::audit
