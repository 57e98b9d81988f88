#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/duplex.hpp"
#include "base/error.hpp"
#include "base/task.hpp"

namespace mcpssh::device {

/// What one line typed into a shell brought back.
struct Reply {
  enum class End {
    prompt,     ///< the shell is ready for the next line
    timed_out,  ///< no prompt by the deadline: still running, or waiting for input; read on or interrupt
    question,   ///< the shell waits for an answer it asked for ("[confirm]", "Password:"); `question` holds
                ///< the text
    closed,     ///< the shell ended (exit, connection lost)
  } end = End::prompt;
  std::string text;              ///< cleaned by the line emulator, without echo and prompt
  std::optional<int> exit_code;  ///< only for POSIX shells
  std::string prompt;            ///< the prompt line as seen
  std::string question;
  bool truncated = false;   ///< text was over the limit; the middle was dropped
  std::uint64_t bytes = 0;  ///< as received
  /// False: the text was meant as input for an unfinished line, but that line had ended by itself meanwhile.
  /// Nothing was sent, and this is the end of that line.
  bool line_sent = true;
  /// What came after the last reply and before this line ran: background jobs, messages to all terminals, log
  /// lines.
  std::string between;
  /// With `closed`: why the connection broke. Empty when the shell ended by itself.
  std::optional<base::Error> failure;
};

/// A conversation with the shell behind `stream`. Lives on the stream's executor; one line at a time (the
/// caller queues). A line that ended in `question` or `timed_out` is unfinished: what is sent next is input
/// for the program that has the terminal. Cancelling line() leaves the session unusable until recover()
/// succeeds.
class Session {
 public:
  virtual ~Session() = default;
  /// Reads to the first prompt. Throws Error(timed_out) quoting the last line seen, or
  /// Error(connection_lost).
  virtual base::Task<void> start(std::chrono::milliseconds timeout) = 0;
  /// Sends one line and reads its complete output. A reply is complete and exact or its `end` says why not.
  /// While a line is unfinished `text` is sent as it is, as the answer, and the reply holds what came since
  /// the last one. Throws Error(invalid_argument) for text the shell cannot be given; then nothing was sent.
  virtual base::Task<Reply> line(std::string text, std::chrono::milliseconds timeout) = 0;
  /// Reads on in an unfinished line without sending anything. Throws Error(invalid_argument) when there is
  /// none.
  virtual base::Task<Reply> read_on(std::chrono::milliseconds timeout) = 0;
  /// After a timeout: Ctrl-C and back to a prompt. False when that failed; the session should then be closed.
  virtual base::Task<bool> recover(std::chrono::milliseconds timeout) = 0;
  /// What is at the end of the stream now: the prompt, or the unfinished last line.
  [[nodiscard]] virtual std::string prompt() const = 0;
};

/// Called with cleaned output as it arrives, for progress and recordings. May be empty.
using Observer = std::function<void(std::string_view text)>;

/// How long silence must last before it means something. The defaults are for real links; tests are faster.
struct Pace {
  /// A known prompt ends the reply. Longer than two delayed TCP acknowledgements of 40 ms, which is what
  /// splits one write of a device into two reads; shorter than a person notices.
  std::chrono::milliseconds settle{80};
  /// The settle time grows to three times the longest pause seen inside a line, up to this.
  std::chrono::milliseconds settle_most{1000};
  /// A prompt that could be output: of another host name, or without the echo that should have come before.
  std::chrono::milliseconds doubtful{1000};
  /// A last line that asks: "Password:", "[confirm]".
  std::chrono::milliseconds question{1000};
  /// A last line that may ask: it ends with a colon, a question mark or the sign of a program's own prompt.
  std::chrono::milliseconds maybe_question{2000};
};

struct Options {
  std::size_t max_text = 0;  ///< bytes of Reply::text kept (head and tail); 0: base::limits::output_bytes
  Observer observer;
  Pace pace;
};

/// A POSIX shell (sh, dash, bash, ash, ksh, zsh): echo off, and each line framed by a fresh nonce that also
/// carries the exit status, so that nothing the command prints can be taken for its end. State (cd,
/// variables) holds.
std::unique_ptr<Session> posix_session(std::unique_ptr<base::Duplex> stream, Options options);

/// A device CLI. The prompt is learned at login and must match `prompt_regex` (Python style, as in the
/// original; empty: the built-in one), and counts only as the last bytes of the cleaned stream, followed by a
/// short settle. Pagers are answered with a space. Throws Error(invalid_config) when the pattern does not
/// compile.
std::unique_ptr<Session> cli_session(std::unique_ptr<base::Duplex> stream, std::string prompt_regex,
                                     Options options);

}  // namespace mcpssh::device
