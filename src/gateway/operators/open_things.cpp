// What is open for whom, and the end of one call.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/operators/operators.hpp"

namespace mcpssh::gateway {
namespace {

/// What the host may need to prove that a stopped command is gone, at most.
constexpr auto stop_one_within = std::chrono::seconds(8);

constexpr std::size_t most_shown = 120;

/// What a call runs, as others than its owner may see it. A line of a shell is shown only where it is known
/// for a command: what is typed at a question, or waits behind a line that may end in one, may be a password
/// that nobody has told us of.
std::string shown_to_others(const Call& call, const audit::Redactor& redactor) {
  const bool line = std::holds_alternative<ShellLine>(call.action.what);
  if (line && (!call.shell || !call.shell->question.empty()))
    return "a line of a shell, not shown as it may be an answer";
  return base::printable(redactor.clean(text_of(call.action.what)), most_shown);
}

}  // namespace

std::vector<OpenThing> Operators::open_things() const {
  const auto& core = *gateway_.core_;
  const auto redactor = core.ledger.redactor();
  std::set<std::string> principals;
  for (const auto& [id, call] : core.calls)
    if (!call->done) principals.insert(call->action.principal.name);
  for (const auto& shell : core.shells.of("", "")) principals.insert(shell->owner);
  for (const auto& tunnel : core.tunnels.of("", "")) principals.insert(tunnel->principal.name);
  const auto entries = core.pool.entries();
  for (const auto& entry : entries) principals.merge(core.usage.users(entry.number, entries));
  std::vector<OpenThing> found;
  for (const auto& name : principals) {
    base::Principal principal;
    principal.name = name;
    for (auto& note : gateway_.sessions(principal)) found.push_back({name, std::move(note)});
    for (auto& note : gateway_.jobs(principal)) {
      const auto call = note.in_use > 0 ? core.find(base::CallId(note.name)) : nullptr;
      if (!call) continue;
      note.detail = shown_to_others(*call, redactor);
      found.push_back({name, std::move(note)});
    }
    for (auto& tunnel : gateway_.tunnels(principal)) {
      SessionNote note;
      note.host = tunnel.host;
      note.name = tunnel.id;
      note.in_use = tunnel.open;
      found.push_back({name, std::move(note), std::move(tunnel)});
    }
  }
  return found;
}

base::Task<StopOfOne> Operators::stop_call(std::string id, approvals::Approver who) {
  auto& core = *gateway_.core_;
  const auto call = core.find(base::CallId(id));
  if (!call || call->done)
    throw base::Error(base::ErrorCode::not_found, "no call " + base::printable(id, 40) + " runs or waits",
                      "mcp-ssh sessions shows those that do");
  call->ask_to_stop();
  const auto deadline = std::chrono::steady_clock::now() + stop_one_within;
  while (!call->done)
    if (!co_await call->changed.wait_until(deadline)) break;
  StopOfOne out;
  out.host = call->action.host;
  out.ended = call->done;
  if (out.ended) {
    out.state = call->outcome.state;
    out.remains = call->outcome.remains;
    out.remote_pid = call->outcome.remote_pid;
  }
  const auto detail = id + " on " + out.host + ": " + std::string(to_string(out.remains));
  co_await record("stop", out.ended ? "stopped" : "asked", detail, who, factor_of_all(who));
  co_return out;
}

}  // namespace mcpssh::gateway
