#pragma once
#include <string>
#include <variant>

#include "guard/network/cli_state.hpp"
#include "guard/policy.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// Which language a text is in; `other`: one the guard does not read (Windows), so everything asks.
enum class Dialect { posix, cli, other };

/// A whole command for an exec channel.
struct Command {
  std::string text;
  Dialect dialect = Dialect::posix;
  std::string directory = {};  ///< where it starts, when the caller says so; empty: the login's home
  std::string platform = {};   ///< of a network device ("cisco_ios"); empty: not known
};
/// One line typed into the shell of a session.
struct Line {
  std::string text;
  Dialect dialect = Dialect::posix;
  std::string platform = {};  ///< as in Command
};
/// An answer to a question a device asks, single keys, a file path, a tunnel target: judged from the full
/// guard on.
struct Answer {
  std::string text;
  std::string question;
};
struct Keys {
  std::string bytes;
};
struct Path {
  std::string path;
  bool write = false;
};
struct Forward {
  enum class Kind { local, dynamic, remote };
  std::string host = {};  ///< of the far end; empty for dynamic
  int port = 0;
  Kind kind = Kind::local;
  bool beyond_loopback = false;  ///< listens for other machines too
  int listen_port = 0;           ///< of the host, for a remote one
};
using Request = std::variant<Command, Line, Answer, Keys, Path, Forward>;

/// What earlier lines of a session left behind that changes how the next line reads (an open quote, a
/// here-document, a configuration mode). A value; empty at the start of a session.
struct SessionState {
  std::string pending;  ///< the unfinished part of a command that goes on in the next line
  /// Where the shell stands; empty: where it started, "?": not known, "??": nor ever again. In a second line
  /// where it is instead if a cd failed.
  std::string directory;
  CliState device = {};  ///< of a network device: its mode, and what goes on in the next line
  bool operator==(const SessionState&) const = default;
};

struct Judgement {
  Verdict verdict;
  SessionState state;  ///< to be kept only if the request is really sent
};

/// Text -> parse -> effects -> verdict. Pure: no I/O, no clock, no locale. What cannot be read asks; what is
/// over a limit or holds NUL or invalid UTF-8 is denied. Never throws.
Judgement judge(const Request& request, const SessionState& state, const Policy& policy);

}  // namespace mcpssh::guard
