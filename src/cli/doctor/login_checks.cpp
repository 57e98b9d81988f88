#include "cli/doctor/login_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "cli/doctor/words.hpp"
#include "cli/hosts/test_steps.hpp"

namespace mcpssh::cli::doctor {
namespace {

using gateway::Outcome;
using gateway::State;
using Seconds = std::chrono::duration<double>;

/// Beyond this, records of both sides can no longer be laid side by side.
constexpr double tolerated_skew = 5;

bool goes_a_way(const hosts::Host& host) {
  return !host.jump.empty() || host.proxy || !host.proxy_command.empty();
}

Finding agreed(const hosts::Host& host, const gateway::ConnectionNote& note) {
  const std::string detail = fmt::format("{}, {}, {}", note.key_exchange, note.host_key_type, note.cipher);
  if (note.weak_algorithms.empty()) return ok("key exchange", detail);
  return warn("key exchange", detail,
              "only `algorithms` in hosts.yaml let these in, which can be broken: " + note.weak_algorithms,
              "renew the host's SSH server, then: mcp-ssh hosts edit " + base::shell_quote(host.name) +
                  " --unset algorithms");
}

Finding step_finding(const hosts::Host& host, const TestStep& step, const Outcome& outcome) {
  const std::string name(step.name);
  switch (step.state) {
    case TestStep::State::ok:
      if (step.name == "key exchange" && outcome.connection) return agreed(host, *outcome.connection);
      if (step.name == "shell" && step.detail.empty())
        return warn(name, "it did not prove to be a POSIX shell", "commands are refused there",
                    "mcp-ssh hosts edit " + base::shell_quote(host.name) +
                        " --shell cli   # if it is a network device");
      return ok(name, step.detail);
    case TestStep::State::failed: {
      Said said = said_of(outcome);
      if (const std::string again = name + ": "; said.cause.starts_with(again))
        said.cause.erase(0, again.size());
      // It stands in the line above.
      if (const std::string code = " [" + step.detail + "]"; said.cause.ends_with(code))
        said.cause.erase(said.cause.size() - code.size());
      return fail(name, step.detail, said.cause, said.fix);
    }
    case TestStep::State::not_reached:
      break;
  }
  return skipped(name, "not reached");
}

std::optional<long long> number_in(const Outcome& outcome) {
  const auto text = base::trim(outcome.out.head);
  long long number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string spoken(double seconds) {
  const double size = std::abs(seconds);
  if (size < 120) return fmt::format("{:.1f} s", size);
  if (size < 7200) return fmt::format("{:.0f} min", size / 60);
  return size < 172800 ? fmt::format("{:.0f} h", size / 3600) : fmt::format("{:.0f} days", size / 86400);
}

}  // namespace

Findings login_findings(const hosts::Host& host, const Outcome& outcome) {
  Findings found;
  if (auto stopped = not_allowed("log in", outcome)) return {*std::move(stopped)};
  for (const auto& step : test_steps(host, outcome)) {
    const bool seen_before = !goes_a_way(host) && (step.name == "resolve" || step.name == "TCP");
    if (seen_before && step.state != TestStep::State::failed) continue;
    found.push_back(step_finding(host, step, outcome));
  }
  return found;
}

Finding sftp_finding(const Outcome& outcome) {
  if (auto stopped = not_allowed("SFTP", outcome)) return *std::move(stopped);
  if (outcome.diagnosis) return ok("SFTP", fmt::format("version {}", outcome.diagnosis->sftp_version));
  const Said said = said_of(outcome);
  const bool absent = outcome.error && outcome.error->code == base::ErrorCode::channel_failed;
  return warn("SFTP", "not available: commands work, file transfer does not", said.cause,
              absent && said.fix.empty()
                  ? "Subsystem sftp internal-sftp   # in /etc/ssh/sshd_config of the host, then reload sshd"
                  : said.fix);
}

Finding sudo_finding(const hosts::Host& host, const Outcome& outcome) {
  if (auto stopped = not_allowed("sudo", outcome)) return *std::move(stopped);
  const bool password = host.sudo && host.sudo->password;
  if (outcome.state == State::exited && outcome.exit_code == 0)
    return ok("sudo", password ? "lets " + host.user + " in with the configured password or without one"
                               : "lets " + host.user + " in without a password");
  const Said said = said_of(outcome);
  return fail("sudo", "does not let " + host.user + " run commands as root",
              outcome.error ? said.cause : base::printable(base::trim(outcome.err.head)),
              said.fix.empty() ? "check the host's sudoers for " + host.user + ": sudo -l -U " +
                                     base::shell_quote(host.user)
                               : said.fix);
}

Finding prompt_finding(const hosts::Host& host, const Outcome& outcome) {
  if (auto stopped = not_allowed("prompt", outcome)) return *std::move(stopped);
  const bool known = outcome.state == State::replied || outcome.state == State::exited;
  if (known && !host.platform.empty())
    return ok("prompt", fmt::format("\"{}\", platform {}", outcome.prompt, host.platform));
  if (known)
    return warn("prompt", '"' + outcome.prompt + '"',
                "which command line it has is not said, so that only plain `show` lines run unasked",
                "mcp-ssh hosts edit " + base::shell_quote(host.name) +
                    " --platform cisco_ios   # or what it is: docs/configuration.md");
  const Said said = said_of(outcome);
  return fail("prompt", "not recognised",
              outcome.question.empty() ? said.cause : "it asks: " + base::printable(outcome.question),
              said.fix.empty() ? "mcp-ssh hosts edit " + base::shell_quote(host.name) +
                                     " --prompt-regex '[\\w.-]+[>#]\\s*$'   # what its prompt ends with"
                               : said.fix);
}

/// The host's second began at most a second before it was told, which was between sending and the answer.
Finding clock_finding(const Outcome& outcome, base::WallTime sent, base::WallTime answered) {
  if (auto stopped = not_allowed("clock", outcome)) return *std::move(stopped);
  const auto told = number_in(outcome);
  if (!told) return skipped("clock", "the host does not say its time in seconds");
  const double from = Seconds(sent.time_since_epoch()).count();
  const double to = Seconds(answered.time_since_epoch()).count();
  const double skew = static_cast<double>(*told) + 0.5 - (from + to) / 2;
  const double doubt = std::max(0.0, to - from) / 2 + 0.5;
  if (std::abs(skew) <= doubt + tolerated_skew)
    return ok("clock", std::abs(skew) <= doubt ? fmt::format("as here, to {:.1f} s", doubt)
                                               : fmt::format("{} {} this machine's", spoken(skew),
                                                             skew > 0 ? "ahead of" : "behind"));
  return warn("clock", fmt::format("{} {} this machine's", spoken(skew), skew > 0 ? "ahead of" : "behind"),
              "the host's logs do not fit the record here, and what checks times (certificates, Kerberos, "
              "one-time codes) fails",
              "sudo timedatectl set-ntp true   # on whichever of the two is wrong");
}

Findings joined(Findings network, Findings login) {
  const auto of_network = std::ranges::find(network, "key exchange", &Finding::check);
  const auto of_login = std::ranges::find(login, "key exchange", &Finding::check);
  if (of_network != network.end() && of_login != login.end()) {
    const bool says_more = of_login->state == Finding::State::fail ? of_network->state != Finding::State::fail
                                                                   : !of_login->detail.empty();
    if (says_more && of_login->state != Finding::State::skipped) *of_network = *of_login;
    login.erase(of_login);
  }
  for (auto& each : login) network.push_back(std::move(each));
  return network;
}

}  // namespace mcpssh::cli::doctor
