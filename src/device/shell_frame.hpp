#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mcpssh::device {

/// A word nobody can guess, typed in two halves, so that neither the echo of what we type nor a trace (set
/// -x) of it is the word itself.
struct Nonce {
  std::string first, second;
  static Nonce fresh();
  [[nodiscard]] std::string joined() const { return first + second; }
};

/// What the handshake found out about a shell.
struct ShellTraits {
  bool zsh = false;   ///< builtins are reached with `builtin`, elsewhere with `command`
  bool mksh = false;  ///< `command eval` has its own positional parameters; plain `eval` gives up on an error
  bool has_tty = false;  ///< /dev/tty can be written: frames arrive even after `exec >file`
  bool quiet = false;    ///< the echo is off
};

/// What is typed to make a shell ready: no line editing, history, prompt hooks or echo; pagers off. A POSIX
/// shell answers with ready.joined() and its traits; any shell at all then answers with fallback.joined() and
/// $SHELL. From then on the prompt is prompt.joined(), the last exit status and ";".
std::string handshake_text(const Nonce& ready, const Nonce& fallback, const Nonce& prompt);

/// What follows ready.joined() in the answer, up to and with the semicolon; nothing when `text` is not that.
std::optional<ShellTraits> parse_traits(std::string_view text);

/// What surrounds one line.
struct Frame {
  Nonce begin, end, prompt;
  int last_exit = 0;  ///< `$?` as the line will see it
  bool turn_echo_off = false;
};

/// What is typed to run `text` in the shell's own environment between begin.joined() and end.joined(), the
/// exit status and ";". The shell has read all of it before it runs any of it, so no program can eat the
/// frame as its input. No physical line is longer than 400 bytes (BusyBox edits 512, a BSD terminal takes
/// 1024, Linux 4095). Error(invalid_argument) for text with a NUL.
std::expected<std::string, base::Error> framed_text(std::string_view text, const ShellTraits& shell,
                                                    const Frame& frame);

}  // namespace mcpssh::device
