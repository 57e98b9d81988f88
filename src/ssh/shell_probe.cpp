#include "ssh/shell_probe.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "ssh/capture.hpp"
#include "ssh/pid_line.hpp"
#include "ssh/race.hpp"

namespace mcpssh::ssh {
namespace {
using namespace std::chrono_literals;

/// More than any real shell takes; a device that thinks longer has no shell.
constexpr auto probe_limit = 10s;

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

}  // namespace

std::string probe_command(std::string_view nonce) {
  return with_pid_line(nonce, "echo " + std::string(nonce) + " $$ \"$0\" \"${SHELL-}\" $((6*7))");
}

std::string login_shell_of(std::string_view out, std::string_view err, std::string_view nonce) {
  PidLine pid_line(nonce);
  pid_line.feed(err);
  if (!pid_line.pid()) return {};
  for (const auto line : base::split(out, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() != 5 || words[0] != nonce || words[4] != "42") continue;
    if (!is_number(words[1]) || std::string(words[1]) != std::to_string(*pid_line.pid())) continue;
    const auto shell = words[3].starts_with('/') ? words[3] : words[2];
    return is_plain(shell) ? std::string(shell) : std::string();
  }
  return {};
}

base::Task<std::string> probe_shell(std::shared_ptr<Driver> driver) {
  const std::string nonce = base::random_hex(12);
  const auto deadline = std::chrono::steady_clock::now() + probe_limit;
  std::optional<Captured> answer;
  try {
    answer = co_await within(deadline, capture(driver, probe_command(nonce)));
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::channel_failed) throw;
  }
  co_return answer && answer->exit_code == 0 ? login_shell_of(answer->out, answer->err, nonce)
                                             : std::string();
}

}  // namespace mcpssh::ssh
