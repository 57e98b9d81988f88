#include "cli/run/exit_status.hpp"

#include <csignal>
#include <string_view>
#include <utility>

namespace mcpssh::cli {
namespace {

using gateway::State;

/// RFC 4254 section 6.10 names signals without "SIG"; numbers differ between systems, so these are ours.
int number_of(std::string_view signal) {
  constexpr std::pair<std::string_view, int> known[] = {
      {"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"FPE", SIGFPE},   {"HUP", SIGHUP},   {"ILL", SIGILL},
      {"INT", SIGINT},   {"KILL", SIGKILL}, {"PIPE", SIGPIPE}, {"QUIT", SIGQUIT}, {"SEGV", SIGSEGV},
      {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};
  for (const auto& [name, number] : known)
    if (name == signal) return number;
  return 0;
}

/// A process has eight bits for its status; Windows gives 32, and a failure must not become 0.
int as_our_own(int code) {
  const int low = code & 0xff;
  return code != 0 && low == 0 ? 1 : low;
}

}  // namespace

bool is_fine(const gateway::Outcome& outcome) {
  return outcome.state == State::replied ||
         (outcome.state == State::exited && outcome.exit_code.value_or(-1) == 0);
}

int exit_status(const gateway::Outcome& outcome, std::optional<guard::Decision> verdict) {
  switch (outcome.state) {
    case State::exited:
      return as_our_own(outcome.exit_code.value_or(not_run_status));
    case State::replied:
      return 0;
    case State::question:
    case State::shell_ended:
      return 1;
    case State::signalled: {
      const int number = number_of(outcome.signal);
      return number > 0 ? 128 + number : not_run_status;
    }
    case State::timed_out:
      return timed_out_status;
    case State::cancelled:
      return 128 + SIGINT;
    case State::refused:
      return verdict == guard::Decision::ask ? asks_status : denied_status;
    default:
      return not_run_status;
  }
}

}  // namespace mcpssh::cli
