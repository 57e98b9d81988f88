#include "cli/doctor/host_checks.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "cli/doctor/advice.hpp"
#include "cli/doctor/login_checks.hpp"
#include "cli/doctor/network_checks.hpp"
#include "cli/local_action.hpp"

namespace mcpssh::cli::doctor {
namespace {

using base::Task;
using gateway::Outcome;

constexpr const char* tool = "doctor";
constexpr const char* prompt_session = "doctor";

bool is_direct(const hosts::Host& host) {
  return host.jump.empty() && !host.proxy && host.proxy_command.empty();
}

bool reads_posix(const hosts::Host& host) {
  return host.shell == hosts::ShellKind::posix && host.platform != "windows";
}

/// One look at one host. A value of the coroutine that made it.
class Look {
 public:
  Look(gateway::Gateway& gateway, const hosts::Host& host) : gateway_(gateway), host_(host) {
    section_.title = host.name;
  }

  Task<Section> run() {
    const bool go_on = co_await network();
    const bool in = go_on && co_await log_in();
    if (in) co_await inside();
    co_return std::move(section_);
  }

 private:
  Task<Outcome> act(gateway::What what) { return local_action(gateway_, host_.name, std::move(what), tool); }
  Task<Outcome> exec(std::string command, std::string sudo_user = {}) {
    gateway::Exec exec;
    exec.command = std::move(command);
    exec.sudo_user = std::move(sudo_user);
    return act(std::move(exec));
  }
  void add(Finding finding) { section_.findings.push_back(std::move(finding)); }

  /// False when nothing answers with which a log-in could be tried.
  Task<bool> network() {
    if (!is_direct(host_)) co_return true;
    gateway::Diagnose look;
    const auto outcome = co_await act(look);
    section_.findings = network_findings(host_, outcome);
    co_return worth_a_log_in(outcome);
  }

  Task<bool> log_in() {
    gateway::Connect connect;
    const auto outcome = co_await act(connect);
    section_.findings = joined(std::move(section_.findings), login_findings(host_, outcome));
    if (outcome.connection) facts_.auth_method = outcome.connection->auth_method;
    co_return outcome.state == gateway::State::connected;
  }

  Task<void> inside() {
    if (host_.shell == hosts::ShellKind::cli) co_await device();
    if (host_.shell == hosts::ShellKind::posix) co_await sftp();
    if (reads_posix(host_)) co_await posix();
    section_.advice = advice_for(host_, facts_);
  }

  Task<void> sftp() {
    gateway::Diagnose look;
    look.part = gateway::Diagnose::Part::sftp;
    const auto outcome = co_await act(look);
    add(sftp_finding(outcome));
  }

  Task<void> posix() {
    if (host_.sudo) {
      const auto sudo = co_await exec("true", "root");
      add(sudo_finding(host_, sudo));
      const auto rules = co_await exec(sudo_list_command);
      take_sudo_list(rules, facts_);
    }
    const base::Clock clock;
    const auto sent = clock.wall();
    const auto date = co_await exec("date +%s");
    add(clock_finding(date, sent, clock.wall()));
    const auto identity = co_await exec(identity_command);
    take_identity(identity, facts_);
    const auto audit = co_await exec(audit_command);
    take_audit(audit, facts_);
  }

  /// The prompt is learned when a session begins; a line shows that it is known again. An empty one, or where
  /// nobody said which command line it is, one that runs unasked: what it answers does not matter.
  Task<void> device() {
    gateway::ShellLine line;
    line.session = prompt_session;
    line.line = host_.platform.empty() ? "show clock" : "";
    const auto outcome = co_await act(std::move(line));
    add(prompt_finding(host_, outcome));
    if (outcome.state == gateway::State::refused || outcome.state == gateway::State::never_started) co_return;
    gateway::Disconnect done;
    done.session = prompt_session;
    co_await act(std::move(done));
  }

  gateway::Gateway& gateway_;
  const hosts::Host& host_;
  Section section_;
  HostFacts facts_;
};

}  // namespace

Task<Section> look_at_host(gateway::Gateway& gateway, std::string name) {
  const auto snapshot = gateway.snapshot();
  const auto* host = snapshot->find(name);
  if (host == nullptr)
    co_return Section{name, {fail("configuration", name, "it is gone from hosts.yaml meanwhile", "")}, {}};
  Look look(gateway, *host);
  co_return co_await look.run();
}

}  // namespace mcpssh::cli::doctor
