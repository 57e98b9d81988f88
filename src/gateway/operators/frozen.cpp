// The emergency stop.
#include <unistd.h>

#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/operators/operators.hpp"
#include "gateway/refusal_rules.hpp"

namespace mcpssh::gateway {
namespace {

using approvals::Approver;
using approvals::HumanFactor;
using base::Error;
using base::Fault;

/// What the host may need to prove that a stopped command is gone, and a little more.
constexpr auto stop_within = std::chrono::seconds(5);

bool ends_something(const What& what) {
  const auto* tunnel = std::get_if<Tunnel>(&what);
  return std::holds_alternative<Stop>(what) || std::holds_alternative<Disconnect>(what) ||
         (tunnel != nullptr && tunnel->kind == Tunnel::Kind::close);
}

/// The first host whose approval only a person gives.
const hosts::Host* human_host(const hosts::Snapshot& snapshot) {
  const auto found = std::ranges::find_if(snapshot.hosts, [&](const auto& host) {
    return approval_setting(snapshot, host) == approvals::Setting::human;
  });
  return found == snapshot.hosts.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Error> Gateway::Core::frozen_out(Call& call) {
  if (ends_something(call.action.what)) return std::nullopt;
  const auto& note = freeze.active();
  if (!note) return std::nullopt;
  call.outcome.rules.emplace_back(refusals::frozen);
  return Error(
      Fault::frozen,
      "blocked: this server is frozen by " + described(*note) + " [" + std::string(refusals::frozen) + "]",
      "nothing runs until a person thaws it with mcp-ssh thaw");
}

std::optional<approvals::FreezeNote> Operators::frozen() const {
  return gateway_.core_->freeze.active();
}

HumanFactor Operators::factor_of_all(const Approver& who) const {
  const auto& core = *gateway_.core_;
  const bool by_root = ::geteuid() == 0 || core.asking_users.contains(0);
  const bool asker = who.user == ::geteuid() || core.asking_users.contains(who.user);
  return by_root || asker || !who.entitled ? HumanFactor::none : HumanFactor::other_user;
}

base::Task<std::string> Operators::freeze(Approver who, std::string reason) {
  auto& core = *gateway_.core_;
  approvals::FreezeNote note;
  note.by = described(who);
  note.at = base::rfc3339(core.options.clock.wall());
  note.reason = base::printable(reason, 300);
  std::optional<Error> unwritten;
  try {
    core.freeze.freeze(note);
  } catch (const Error& error) {
    unwritten = error;
  }
  const auto held = core.freeze.active().value_or(note);
  core.put_away_questions();
  core.something.notify();
  const auto factor = factor_of_all(who);
  co_await record("freeze", "frozen", described(held), std::move(who), factor);
  if (unwritten)
    throw Error(unwritten->code(), "frozen, but not over restarts: " + unwritten->cause(),
                "keep the server running, or stop it for good");
  co_return "frozen: nothing new runs until mcp-ssh thaw";
}

base::Task<std::string> Operators::thaw(Approver who, std::string code) {
  auto& core = *gateway_.core_;
  auto factor = factor_of_all(who);
  const auto snapshot = core.snapshot;
  const auto* human = human_host(*snapshot);
  const bool people = core.options.approvers || !snapshot->settings.approvers_group.empty();
  const bool person_needed = human != nullptr || people;
  if (factor == HumanFactor::none && person_needed && !code.empty())
    factor = co_await proved_to_all(who, std::move(code));
  if (factor == HumanFactor::none && person_needed) {
    auto attempt = who;
    co_await record("thaw", "refused", "the asker's own user does not thaw", std::move(attempt), factor);
    throw Error(
        Fault::not_approver,
        (human != nullptr ? "host " + human->name + " has approval: human"
                          : std::string("approvers are set up")) +
            ", and " + described(who) + " may be the asker, or is no approver",
        "thaw it as another user of the approvers' group, as root (sudo), or with a one-time code where "
        "one counts (docs/approvals.md)");
  }
  const bool was = core.freeze.thaw();
  core.something.notify();
  if (was) co_await record("thaw", "thawed", "", std::move(who), factor);
  co_return was ? "thawed" : "was not frozen";
}

base::Task<StopReport> Operators::stop_all(Approver who) {
  auto& core = *gateway_.core_;
  StopReport report;
  std::vector<std::shared_ptr<Call>> ending;
  for (const auto& [id, call] : core.calls)
    if (!call->done && !ends_something(call->action.what)) ending.push_back(call);
  for (const auto& call : ending) call->ask_to_stop();
  for (const auto& shell : core.shells.of("", "")) {
    if (!shell->name.starts_with('(')) ++report.shells;
    core.shells.retire(shell);
    core.recording.start("closing a shell", core.shells.close_when_free(shell));
  }
  for (const auto& tunnel : core.tunnels.of("", "")) {
    ++report.tunnels;
    tunnel->close("operator");
  }
  const auto deadline = std::chrono::steady_clock::now() + stop_within;
  const auto done = [](const auto& call) { return call->done; };
  while (!std::ranges::all_of(ending, done))
    if (!co_await core.something.wait_until(deadline)) break;
  for (const auto& entry : core.pool.entries()) core.pool.close(entry.host, ssh::CloseReason::asked);
  report.calls = ending.size();
  for (const auto& call : ending) {
    const auto remains = call->outcome.remains;
    const bool gone = remains == Remains::proved_gone || remains == Remains::nothing_to_stop;
    report.ended += call->done ? 1 : 0;
    report.left_over += call->done && !gone ? 1 : 0;
  }
  const auto factor = factor_of_all(who);
  const auto detail = std::to_string(report.calls) + " calls, " + std::to_string(report.shells) +
                      " shells, " + std::to_string(report.tunnels) + " tunnels";
  co_await record("stop --all", "stopped", detail, std::move(who), factor);
  co_return report;
}

}  // namespace mcpssh::gateway
