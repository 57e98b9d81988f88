#include "ssh/exec/command_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {
using base::Error;
using base::ErrorCode;

/// Linux takes 128 KiB per argument (MAX_ARG_STRLEN), and the text becomes one.
constexpr std::size_t max_text = 128 * 1024 - 1;
/// What a terminal takes as one line of input (N_TTY_BUF_SIZE), less the newline and room.
constexpr std::size_t max_typed_line = 4000;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_plain(const ExecRequest& request) {
  return request.directory.empty() && request.environment.empty() && request.input.empty() && !request.sudo &&
         !request.tty;
}

/// A terminal acts on control characters instead of passing them on, and cuts long lines.
bool can_be_typed(std::string_view input) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 ? c != '\n' && c != '\t' : c == 0x7f;
  };
  if (std::ranges::any_of(input, is_control)) return false;
  return std::ranges::all_of(base::split(input, '\n'),
                             [](std::string_view line) { return line.size() <= max_typed_line; });
}

std::optional<std::string> fault_of_environment(const ExecRequest& request) {
  for (const auto& [name, value] : request.environment) {
    if (!is_variable_name(name))
      return "'" + base::printable(name, 60) + "' is not a name for an environment variable";
    if (value.contains('\0')) return "the environment variable " + name + " holds a NUL byte";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_sudo(const SudoRequest& sudo) {
  if (sudo.user.empty() || sudo.user.find_first_of(std::string_view("\0\n", 2)) != std::string::npos)
    return "sudo cannot run as '" + base::printable(sudo.user, 60) + "'";
  if (sudo.password &&
      sudo.password->reveal().find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
    return "the password for sudo holds a line break or a NUL byte, so it cannot be typed";
  return std::nullopt;
}

std::optional<std::string> fault_of(const ExecRequest& request, CommandShell shell) {
  if (request.command.contains('\0')) return "the command holds a NUL byte, which no shell can take";
  if (shell == CommandShell::unknown && !is_plain(request))
    return "directory, environment, input, sudo and tty need a login shell that proved itself, "
           "and this one did not";
  if (request.directory.contains('\0')) return "the directory holds a NUL byte";
  if (auto fault = fault_of_environment(request)) return fault;
  if (request.sudo)
    if (auto fault = fault_of_sudo(*request.sudo)) return fault;
  if (request.tty && !can_be_typed(request.input))
    return "input with control characters, or lines over 4,000 bytes, does not pass a terminal unchanged";
  return std::nullopt;
}

/// Ends the shell with its error where it fails, so that the command is not reached. CDPATH could lead
/// elsewhere; "-" is the directory before.
std::string preparation(const ExecRequest& request, std::string_view nonce) {
  std::string lines;
  if (!request.directory.empty()) {
    const std::string directory = request.directory == "-" ? "./-" : request.directory;
    lines += fmt::format("CDPATH= cd -- {} >/dev/null || {{ echo {} no-directory >&2; exit 1; }}\n",
                         base::shell_quote(directory), nonce);
  }
  if (!request.environment.empty()) {
    lines += "export";
    for (const auto& [name, value] : request.environment)
      lines += " " + name + "=" + base::shell_quote(value);
    lines += " || exit 1\n";
  }
  return lines;
}

/// With a terminal sudo asks there, with the echo off; without one it has to be told to read stdin.
std::string through_sudo(const SudoRequest& sudo, bool tty, std::string_view nonce, std::string_view inner) {
  const std::string asking = sudo.password ? fmt::format("{}-p '{} ask\n'", tty ? "" : "-S ", nonce) : "-n";
  return fmt::format("exec sudo {} -u {} -- sh -c {}", asking, base::shell_quote(sudo.user),
                     base::shell_quote(inner));
}

std::string posix_text(const ExecRequest& request, std::string_view nonce) {
  std::string text = fmt::format("echo {} $$ >&2\n", nonce);
  if (!has_go_line(request)) return text + request.command;
  const std::string inner =
      preparation(request, nonce) + fmt::format("echo {} go >&2\n", nonce) + request.command;
  if (!request.sudo) return text + inner;
  return text +
         through_sudo(*request.sudo, request.tty, nonce, fmt::format("echo {} in >&2\n", nonce) + inner);
}

}  // namespace

bool has_go_line(const ExecRequest& request) {
  return !request.directory.empty() || !request.environment.empty() || request.sudo;
}

std::string through_sh(std::string_view text) {
  std::string line = "exec sh -c 'x=$(printf %b \"";
  for (const char c : text) {
    const bool plain = is_letter(c) || is_digit(c) || std::string_view(" ./-=:,+").contains(c);
    if (plain)
      line += c;
    else
      line += fmt::format("\\0{:03o}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  // The dot keeps $( ) from taking newlines off the end.
  return line + ".\");exec sh -c \"${x%.}\"'";
}

std::expected<std::string, Error> command_text(const ExecRequest& request, std::string_view nonce,
                                               CommandShell shell) {
  if (auto fault = fault_of(request, shell))
    return std::unexpected(Error(ErrorCode::invalid_argument, *std::move(fault)));
  if (shell == CommandShell::unknown) return request.command;
  std::string text = posix_text(request, nonce);
  if (shell == CommandShell::through_sh) text = through_sh(text);
  if (text.size() <= max_text) return text;
  return std::unexpected(
      Error(ErrorCode::invalid_argument,
            fmt::format("the command and its environment come to {}, and a host takes 128 KiB",
                        base::human_bytes(text.size())),
            "pass long text as input, or put it into a file on the host"));
}

}  // namespace mcpssh::ssh
