// What can be wrong with a text itself, and code nobody can read.
#include <array>

#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

using enum Effect;

constexpr std::array rows{
    denies("text.too-long", exec_unknown, "a request longer than 64 KiB"),
    denies("text.encoding", exec_unknown, "NUL bytes and text that is not UTF-8"),
    denies("text.invisible", exec_unknown, "control, zero-width and direction-changing characters"),
    denies("text.not-shown", exec_unknown,
           "a request that asks and is too long for a person to be shown all of it"),
    denies("mode.restricted", exec_unknown, "what no allow pattern matches, on a restricted host"),
    denies("guard.internal", exec_unknown, "a request the guard failed on"),
    allows("shell.opaque-word", exec_unknown,
           "a word known only at run time where an option could do more than read"),
    asks("shell.unreadable", exec_unknown, "text that does not parse or does not end").in_full(Decision::ask),
    denies("shell.fork-bomb", power,
           "a function that starts itself beside itself, until the host stands still"),
    asks("shell.too-complex", exec_unknown, "text past the limits of the reader").in_full(Decision::ask),
    denies("shell.padded", exec_unknown,
           "text past the limits of the reader that holds what is denied by itself (rm -rf /, mkfs)"),
    asks("shell.opaque-command", exec_unknown, "a command name that is known only at run time"),
    asks("shell.opaque-code", exec_unknown, "code that is known only at run time (eval $X, curl | sh)"),
    asks("shell.foreign-code", exec_unknown, "code in another language on the command line (python -c)"),
    asks("shell.script", exec_unknown, "a script file, whose content is not in the request"),
    asks("shell.interactive", exec_unknown,
         "opening another shell, editor or pager, whose input nobody judges"),
    asks("shell.unknown-program", exec_unknown, "a program the guard does not know"),
    asks("shell.unknown-option", exec_unknown, "an option the guard does not know, where one could do harm"),
    asks("shell.unknown-verb", exec_unknown, "a subcommand the guard does not know"),
    asks("shell.code-variable", exec_unknown, "a variable that programs run as code (LD_PRELOAD, BASH_ENV)"),
    asks("shell.redefinition", exec_unknown, "giving a known program another meaning (hash -p, enable -f)"),
    allows("shell.other-host", network, "running commands on another host (ssh)"),
    asks("shell.history", exec_unknown, "history expansion in an interactive shell"),
    asks("shell.unknown-dialect", exec_unknown, "a command in a language the guard does not read (Windows)"),
    asks("net.shell-socket", exec_unknown, "the shell opening a network connection (/dev/tcp)"),
    denies("tunnel.unlisted", exec_unknown, "a tunnel to what the host's tunnel_targets do not list"),
    denies("tunnel.off", exec_unknown, "kinds of tunnels the host does not allow"),
    asks("tunnel.dynamic", exec_unknown, "SOCKS tunnels; only a human opens them"),
    asks("tunnel.remote", exec_unknown, "tunnels from the host's side; only a human opens them"),
    asks("tunnel.beyond-loopback", exec_unknown,
         "tunnels that other machines could use; only a human opens them"),
    asks("request.unsupported", exec_unknown, "requests this version does not judge yet"),
    asks("pattern.user", user_pattern, "what matches a deny pattern of hosts.yaml"),
    denies("user.deny", user_pattern, "what a `deny:` rule of hosts.yaml names"),
    denies("mode.readonly", write, "what is not proved to be a read, on a read-only host"),
};

}  // namespace

std::span<const Rule> shell_rules() {
  return rows;
}

}  // namespace mcpssh::guard
