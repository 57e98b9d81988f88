#include "ssh/exec/shell_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "ssh/exec/capture.hpp"
#include "ssh/exec/prelude.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
namespace {
using namespace std::chrono_literals;

/// More than any real shell takes; a device that thinks longer has no shell.
constexpr auto probe_limit = 10s;

/// Those that read all text as POSIX says, by the name they are called.
constexpr std::array<std::string_view, 14> posix_shells{"sh",   "dash",  "ash",     "bash", "rbash",
                                                        "ksh",  "ksh93", "mksh",    "lksh", "pdksh",
                                                        "oksh", "rksh",  "busybox", "posh"};

bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// Shell names end up in messages and decisions: nothing but a plain path.
bool is_plain(std::string_view word) {
  return !word.empty() && word.size() <= 128 && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_' || c == '.' || c == '+';
  });
}

bool is_posix_shell(std::string_view path) {
  const auto name = path.substr(path.find_last_of('/') + 1);
  return std::ranges::find(posix_shells, name) != posix_shells.end();
}

std::string every_byte() {
  std::string bytes;
  for (int byte = 1; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

base::Task<std::optional<Captured>> ask(std::shared_ptr<SessionChannels> channels, CommandShell shell,
                                        std::string command) {
  ExecRequest request;
  request.command = std::move(command);
  const auto deadline = std::chrono::steady_clock::now() + probe_limit;
  try {
    co_return co_await within(deadline, capture(channels, shell, std::move(request)));
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::connection_lost) throw;
  }
  co_return std::nullopt;
}

}  // namespace

std::string probe_command(std::string_view nonce) {
  // On one line: csh would pass over what it cannot read in a first line, and make a file named 2 of a
  // second.
  return fmt::format("echo {0} $$ \"$0\" \"${{SHELL-}}\" $((6*7)) \"${{ZSH_VERSION-}}\"; echo {0} $$ >&2",
                     nonce);
}

std::string login_shell_of(std::string_view out, std::string_view err, std::string_view nonce) {
  Prelude prelude(nonce, false);
  prelude.feed(err);
  if (!prelude.pid()) return {};
  for (const auto line : base::split(out, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() != 6 || words[0] != nonce || words[4] != "42" || !words[5].empty()) continue;
    if (!is_number(words[1]) || std::string(words[1]) != std::to_string(*prelude.pid())) continue;
    const auto shell = words[3].starts_with('/') ? words[3] : words[2];
    return is_plain(shell) && is_posix_shell(shell) ? std::string(shell) : std::string();
  }
  return {};
}

std::string relay_probe_command(std::string_view nonce) {
  return fmt::format("printf %s {}; echo {} \"${{SHELL-}}\" \"$#\"", base::shell_quote(every_byte()), nonce);
}

std::string relaying_shell_of(std::string_view out, std::string_view nonce) {
  const std::string expected = fmt::format("{}{} ", every_byte(), nonce);
  const auto at = out.find(expected);
  if (at == std::string_view::npos) return {};
  const auto words = base::split(out.substr(at + expected.size()), ' ');
  if (words.size() != 2 || words[1] != "0\n" || !is_plain(words[0])) return {};
  return std::string(words[0]);
}

base::Task<ProvedShell> probe_shell(std::shared_ptr<SessionChannels> channels) {
  ProvedShell proved;
  const std::string nonce = base::random_hex(12);
  const auto answer = co_await ask(channels, CommandShell::unknown, probe_command(nonce));
  if (answer && answer->exit_code == 0) proved.login_shell = login_shell_of(answer->out, answer->err, nonce);
  if (answer && proved.login_shell.empty()) {
    const auto relayed = co_await ask(channels, CommandShell::through_sh, relay_probe_command(nonce));
    if (relayed && relayed->exit_code == 0) proved.login_shell = relaying_shell_of(relayed->out, nonce);
    proved.through_sh = !proved.login_shell.empty();
  }
  if (proved.login_shell.empty()) channels->close();
  co_return proved;
}

}  // namespace mcpssh::ssh
