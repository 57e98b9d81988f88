#include "guard/rules.hpp"

#include <algorithm>
#include <array>

#include "guard/policy.hpp"

namespace mcpssh::guard {
namespace {

struct Row {
  BuiltinRule rule;
  Effect effect;
};

constexpr std::array rows{
    Row{{"fs.remove-root", true, "removing /, a system tree such as /etc or /usr, or a home directory"},
        Effect::remove},
    Row{{"disk.mkfs", true, "making a file system (mkfs and its family)"}, Effect::disk},
    Row{{"disk.dd-device", true, "dd writing to a device"}, Effect::disk},
    Row{{"disk.write-device", true, "writing raw bytes to a device (>, tee, cp, shred, wipefs, blkdiscard)"},
        Effect::disk},
    Row{{"device.write-erase", true, "write erase on a network device"}, Effect::config},
    Row{{"device.erase-startup", true, "erasing the start-up configuration of a network device"},
        Effect::config},
    Row{{"device.format", true, "formatting or erasing a file system of a network device"}, Effect::disk},
    Row{{"device.factory-reset", true, "resetting a network device to its factory state"}, Effect::config},
    Row{{"text.too-long", true, "a request longer than 64 KiB"}, Effect::exec_unknown},
    Row{{"text.encoding", true, "NUL bytes and text that is not UTF-8"}, Effect::exec_unknown},
    Row{{"text.invisible", true, "control, zero-width and direction-changing characters"},
        Effect::exec_unknown},
    Row{{"mode.readonly", true, "what is not proved to be a read, on a read-only host"}, Effect::write},
    Row{{"mode.restricted", true, "what no allow pattern matches, on a restricted host"},
        Effect::exec_unknown},
    Row{{"guard.internal", true, "a request the guard failed on"}, Effect::exec_unknown},
    Row{{"fs.remove-unknown", false, "recursive removal of something that cannot be read from the text"},
        Effect::remove},
    Row{{"power.reboot", false, "restarting the host"}, Effect::power},
    Row{{"power.shutdown", false, "stopping or suspending the host, or shutting an interface"},
        Effect::power},
    Row{{"disk.opaque-target", false, "writing to a file or device whose name cannot be read from the text"},
        Effect::write},
    Row{{"net.shell-socket", false, "the shell opening a network connection (/dev/tcp)"},
        Effect::exec_unknown},
    Row{{"shell.unreadable", false, "text that does not parse or does not end"}, Effect::exec_unknown},
    Row{{"shell.too-complex", false, "text past the limits of the reader"}, Effect::exec_unknown},
    Row{{"shell.opaque-command", false, "a command name that is known only at run time"},
        Effect::exec_unknown},
    Row{{"shell.opaque-code", false, "code that is known only at run time (eval $X, curl | sh)"},
        Effect::exec_unknown},
    Row{{"shell.foreign-code", false, "code in another language on the command line (python -c)"},
        Effect::exec_unknown},
    Row{{"shell.interactive", false, "opening another shell, whose input nobody judges"},
        Effect::exec_unknown},
    Row{{"shell.unknown-option", false, "a wrapper with an option the guard does not know"},
        Effect::exec_unknown},
    Row{{"shell.code-variable", false, "a variable that programs run as code (LD_PRELOAD, BASH_ENV)"},
        Effect::exec_unknown},
    Row{{"shell.history", false, "history expansion in an interactive shell"}, Effect::exec_unknown},
    Row{{"shell.unknown-dialect", false, "a command in a language the guard does not read (Windows)"},
        Effect::exec_unknown},
    Row{{"device.foreign-code", false, "a shell or script on a network device"}, Effect::exec_unknown},
    Row{{"tunnel.unlisted", true, "a tunnel to what the host's tunnel_targets do not list"},
        Effect::exec_unknown},
    Row{{"tunnel.off", true, "kinds of tunnels the host does not allow"}, Effect::exec_unknown},
    Row{{"tunnel.dynamic", false, "SOCKS tunnels; only a human opens them"}, Effect::exec_unknown},
    Row{{"tunnel.remote", false, "tunnels from the host's side; only a human opens them"},
        Effect::exec_unknown},
    Row{{"tunnel.beyond-loopback", false, "tunnels that other machines could use; only a human opens them"},
        Effect::exec_unknown},
    Row{{"request.unsupported", false, "requests this version does not judge yet"}, Effect::exec_unknown},
    Row{{"pattern.user", false, "what matches a deny pattern of hosts.yaml"}, Effect::user_pattern},
};

}  // namespace

const std::vector<BuiltinRule>& builtin_rules() {
  static const std::vector<BuiltinRule> rules = [] {
    std::vector<BuiltinRule> out;
    for (const Row& row : rows) out.push_back(row.rule);
    return out;
  }();
  return rules;
}

Finding finding(std::string_view id, std::string reason, Span span) {
  const auto* row = std::ranges::find(rows, id, [](const Row& r) { return r.rule.id; });
  if (row == rows.end())
    return {std::string(id), Decision::deny, Effect::exec_unknown, std::move(reason), span};
  return {std::string(id), row->rule.deny_class ? Decision::deny : Decision::ask, row->effect,
          std::move(reason), span};
}

bool is_absolute(std::string_view id) {
  return id.starts_with("text.") || id.starts_with("mode.") || id.starts_with("tunnel.") ||
         id == "guard.internal";
}

}  // namespace mcpssh::guard
