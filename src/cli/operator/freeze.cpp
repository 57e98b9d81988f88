// mcp-ssh freeze, thaw, stop --all: the emergency stop.
#include <algorithm>
#include <iostream>

#include "approvals/freeze.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/house.hpp"
#include "cli/operator/code.hpp"
#include "cli/operator/servers.hpp"
#include "gateway/operators/operators.hpp"

namespace mcpssh::cli {
namespace {

using control::Wish;

bool any_answered(const std::vector<Told>& told) {
  return std::ranges::any_of(told, [](const Told& each) { return each.answer.has_value(); });
}

/// 1 when a server did not do it.
int say_failures(const std::vector<Told>& told) {
  int status = 0;
  for (const auto& [socket, answer, server] : told) {
    if (answer) continue;
    std::cerr << "mcp-ssh: " << socket.string() << ": " << answer.error().what() << "\n";
    status = 1;
  }
  return status;
}

std::size_t count_of(const std::vector<Told>& told) {
  return static_cast<std::size_t>(
      std::ranges::count_if(told, [](const Told& each) { return each.answer.has_value(); }));
}

std::size_t sum(const std::vector<Told>& told, std::string_view key) {
  std::size_t all = 0;
  for (const auto& each : told) {
    const auto* value = each.answer ? each.answer->if_contains(key) : nullptr;
    boost::system::error_code wrong;
    const auto count = value != nullptr ? value->to_number<std::size_t>(wrong) : 0;
    if (!wrong) all += count;
  }
  return all;
}

base::Task<int> freeze_here(gateway::Gateway& gateway, std::string reason) {
  gateway::Operators operators(gateway);
  co_await operators.freeze(operator_here(), std::move(reason));
  co_return 0;
}

base::Task<int> thaw_here(gateway::Gateway& gateway) {
  gateway::Operators operators(gateway);
  co_await operators.thaw(operator_here());
  co_return 0;
}

/// Before anything else, and whatever the configuration looks like. False, with a message, when it cannot be
/// written: servers are told all the same.
bool write_file(const std::string& reason) {
  approvals::FreezeNote note;
  note.by = approvals::described(operator_here());
  note.at = base::rfc3339(base::Clock().wall());
  note.reason = base::printable(reason, 300);
  try {
    approvals::Freeze(approvals::Freeze::default_file()).freeze(note);
    return true;
  } catch (const base::Error& error) {
    std::cerr << "mcp-ssh: servers that start later are NOT frozen: " << error.what() << "\n";
    return false;
  }
}

/// Servers record it; without one this does.
void record_freeze(const Common& common, const std::string& reason) {
  try {
    with_gateway(common, [&](gateway::Gateway& gateway) { return freeze_here(gateway, reason); });
  } catch (const base::Error& error) {
    std::cerr << "mcp-ssh: frozen, but not on record: " << error.what() << "\n";
  }
}

}  // namespace

int freeze(const Common& common, const OperatorOptions& options) {
  const bool own = options.socket.empty();
  const bool written = own && write_file(options.reason);
  Wish wish;
  wish.kind = Wish::Kind::freeze;
  wish.reason = options.reason;
  const auto told = ask_servers(options.socket, wish);
  if (written && !any_answered(told)) record_freeze(common, options.reason);
  const int status = std::max(say_failures(told), own && !written ? 1 : 0);
  if (!written && !any_answered(told)) {
    std::cout << "the freeze is not complete, see above\n";
    return 1;
  }
  std::cout << "frozen: nothing new runs (" << counted(count_of(told), "running server")
            << " told). What runs goes on: mcp-ssh stop --all ends it, mcp-ssh thaw ends the "
               "freeze\n";
  return status;
}

int thaw(const Common& common, const OperatorOptions& options) {
  Wish wish;
  wish.kind = Wish::Kind::thaw;
  wish.code = one_time_code(options, false);
  require_one_server(options, wish.code);
  const auto told = ask_servers(options.socket, wish);
  const int status = say_failures(told);
  if (status != 0) return status;
  approvals::Freeze file(approvals::Freeze::default_file());
  const bool here = options.socket.empty() && file.active().has_value();
  if (here) with_gateway(common, thaw_here);
  std::cout << "thawed (" << counted(count_of(told), "running server") << " told)\n";
  return 0;
}

int stop_all(const OperatorOptions& options) {
  Wish wish;
  wish.kind = Wish::Kind::stop;
  const auto told = ask_servers(options.socket, wish);
  if (told.empty()) {
    std::cout << "no mcp-ssh server that you can reach runs: nothing was stopped\n";
    return 0;
  }
  int status = say_failures(told);
  const auto calls = sum(told, "calls"), ended = sum(told, "ended"), left = sum(told, "left_over");
  std::cout << "stopped on " << counted(count_of(told), "server") << ": " << ended << " of "
            << counted(calls, "call") << " ended, " << counted(sum(told, "shells"), "shell") << " and "
            << counted(sum(told, "tunnels"), "tunnel") << " closed\n";
  if (left > 0) {
    std::cout << left << (left == 1 ? " of them is" : " of them are") << " not proved gone from the host\n";
    status = 1;
  }
  if (ended < calls) status = 1;
  return status;
}

}  // namespace mcpssh::cli
