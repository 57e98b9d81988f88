// What a principal has open: its own shells, and its use of connections that may be others' too.
#include <algorithm>

#include "gateway/core.hpp"
#include "gateway/rights/discretion.hpp"

namespace mcpssh::gateway {
namespace {

std::chrono::milliseconds since(base::MonoTime start, base::MonoTime now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - start);
}

bool uses(const Call& call, const std::string& principal, std::uint64_t connection) {
  return !call.done && !call.shell && call.action.principal.name == principal &&
         call.connection == connection;
}

}  // namespace

std::size_t Gateway::Core::own_use(const std::string& principal, std::uint64_t connection) const {
  const auto on_it = [connection](const auto& user) { return user->lease.number == connection; };
  const auto running = std::ranges::count_if(
      calls, [&](const auto& entry) { return uses(*entry.second, principal, connection); });
  const auto open = std::ranges::count_if(shells.of(principal, ""), on_it);
  const auto tunnelled = std::ranges::count_if(tunnels.of(principal, ""), on_it);
  return static_cast<std::size_t>(running + open + tunnelled);
}

std::vector<SessionNote> Gateway::sessions(const base::Principal& principal) const {
  std::vector<SessionNote> notes;
  const auto seen = snapshot(principal);
  const auto all = core_->pool.entries();
  for (const auto& entry : all) {
    const auto* host = seen->find(entry.host);
    if (host == nullptr || !core_->usage.users(entry.number, all).contains(principal.name)) continue;
    SessionNote note;
    note.kind = SessionNote::Kind::connection;
    note.host = entry.host;
    note.address = address_told(entry.facts.address, *host, *core_->snapshot, *seen);
    note.detail = entry.facts.auth_method;
    note.idle = entry.idle;
    note.in_use = core_->own_use(principal.name, entry.number);
    notes.push_back(std::move(note));
  }
  const auto now = core_->options.clock.mono();
  for (const auto& shell : core_->shells.of(principal.name, "")) {
    if (!shell->dialogue || shell->name.starts_with('(') || seen->find(shell->host) == nullptr) continue;
    SessionNote note;
    note.kind = SessionNote::Kind::shell;
    note.host = shell->host;
    note.name = shell->name;
    note.idle = since(shell->last_used, now);
    note.lines = shell->lines;
    note.in_use = shell->turn.taken() ? 1 : 0;
    notes.push_back(std::move(note));
  }
  return notes;
}

void Gateway::Core::leave_connections(Call& call) {
  const std::string& leaving = call.action.principal.name;
  const auto all = pool.entries();
  std::set<std::uint64_t> ending;
  for (const auto& entry : all) {
    if (entry.host != call.host->name) continue;
    auto users = usage.users(entry.number, all);
    if (users.erase(leaving) == 0) continue;
    usage.leave(entry.number, leaving);
    if (users.empty())
      ending.insert(entry.number);
    else
      ++call.outcome.staying_open;
  }
  // What the asker still runs there runs on; the connection takes nothing new and closes behind it.
  const auto is_ending = [&ending](std::uint64_t number) { return ending.contains(number); };
  call.outcome.closing_later =
      pool.close_when_idle(call.host->name, ssh::CloseReason::asked, is_ending).later;
}

}  // namespace mcpssh::gateway
