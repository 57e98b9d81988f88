#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ssh/connection.hpp"

namespace mcpssh::ssh {

/// Who reads the text of an exec request on the host.
enum class CommandShell {
  unknown,     ///< nothing is proved: the command goes as it stands, and nothing with it
  posix,       ///< the login shell itself
  through_sh,  ///< a login shell of another kind starts `sh` for us, see through_sh()
};

/// What an exec request for `request` says. In front of the command, which comes last and verbatim, stand
/// lines of ours that change directory, set the environment, go through sudo and report on stderr in lines of
/// the form "NONCE word" (see Prelude): the shell's pid first; "ask" where sudo asks for the password and
/// "in" where it has let us through; "no-directory" when that is why it ends; and, when there was anything
/// but the pid, "go" right before the command. `nonce` must be fresh, hex. Pure. Errors: invalid_argument for
/// what no shell can take, and for anything but a command when the shell is unknown.
std::expected<std::string, base::Error> command_text(const ExecRequest& request, std::string_view nonce,
                                                     CommandShell shell);

/// Whether a "go" line follows the pid line.
bool has_go_line(const ExecRequest& request);

/// `text` as a line that starts `sh` with it, in the same process, from any shell that has `exec` and knows
/// single quotes: zsh, fish, csh. Between the quotes stands nothing that one of them treats specially (no
/// quote, newline, backslash before a quote, exclamation mark): such bytes are octal numbers for printf's %b.
std::string through_sh(std::string_view text);

}  // namespace mcpssh::ssh
