// Waiting for a shell or device that is busy with an earlier line.
#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"

namespace mcpssh::gateway {

using base::Error;
using base::Fault;

base::Task<std::optional<base::TurnQueue::Turn>> Gateway::Core::shell_turn(std::shared_ptr<Call> call,
                                                                           std::string name) {
  using namespace base::asio::experimental::awaitable_operators;
  const auto limit = timeout_of(*call);
  const auto until = call->started + limit;
  std::optional<base::TurnQueue::Turn> turn;
  while (!turn) {
    // Looked up each time: the shell may close while this line waits.
    call->shell = shells.find_or_add(executor, call->action.principal.name, call->host->name, name);
    if (call->stop_asked) {
      call->outcome.state = State::cancelled;
      co_return std::nullopt;
    }
    if (auto taken = call->shell->turn.try_take()) {
      turn.emplace(*std::move(taken));
    } else if (options.clock.mono() >= until) {
      throw Error(Fault::shell_busy,
                  fmt::format("not sent: an earlier line kept it busy for {}", base::human_duration(limit)),
                  "wait for that one or end it with ssh_stop, or give a longer timeout");
    } else {
      co_await (call->shell->turn.freed() || call->changed.wait_until(until));
    }
  }
  if (call->snapshot == snapshot) co_return turn;
  if (!call->shell->dialogue) co_await shells.close(call->shell);
  throw Error(Fault::policy_changed, "the configuration changed while this line waited its turn",
              "send it again");
}

}  // namespace mcpssh::gateway
