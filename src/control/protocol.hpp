#pragma once
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "gateway/operators/operators.hpp"

/// What operators and a server say to each other: one JSON object a line, both ways, each with "v":1. A wish
/// has "op" and what belongs to it; an answer has "ok", and when that is false "code" and "error".
namespace mcpssh::control {

/// A longer wish makes no sense.
inline constexpr std::size_t most_wish_bytes = 4 * 1024;
/// An answer with every open request, each shown whole.
inline constexpr std::size_t most_answer_bytes = std::size_t{64} * 1024 * 1024;

struct Wish {
  enum class Kind {
    pending,  ///< what is open, once
    watch,    ///< the same now and whenever it changes, until the client goes
    approve,
    deny,
    freeze,
    thaw,
    stop,       ///< everything that runs
    sessions,   ///< what is open
    stop_call,  ///< one call; a name of its own, so that an older server does not take it for `stop`
    answer,     ///< what a host asks during a log-in
  } kind = Kind::pending;
  std::string id{};       ///< of approve, deny, stop_call and answer
  std::string reason{};   ///< of freeze
  std::string digest{};   ///< of approve: approvals::digest_of_shown() of what the person was shown
  std::string code{};     ///< of approve and thaw: one-time code
  base::Secret answer{};  ///< of answer: for the host; UTF-8, at most gateway::most_answer_bytes

  bool operator==(const Wish& other) const;
};

/// Both without the newline. Error(protocol_error) for what is no wish of this version. The line has room for
/// one byte more: that of an answer is a secret, and is not to be copied.
std::string to_line(const Wish& wish);
std::expected<Wish, base::Error> wish_from(std::string_view line);

/// Answers, each a line without its newline.
std::string refusal(const base::Error& error);
std::string done(const std::string& text);
std::string report(const gateway::StopReport& report);
std::string report(const gateway::StopOfOne& report);
std::string open_things(const gateway::Operators& operators);
/// Of pending and watch, as `who` gets it. `server_user`: the name of the user this server runs as.
std::string overview(const gateway::Operators& operators, const approvals::Approver& who,
                     const std::string& server_user);

/// An answer as its reader gets it. What the server refused, or what is no answer of this version
/// (Error(protocol_error)), is the error.
std::expected<base::json::object, base::Error> answer_from(std::string_view line);

}  // namespace mcpssh::control
