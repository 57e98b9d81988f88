// Ending a running call of the same principal.
#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"

namespace mcpssh::gateway {

base::Task<void> Gateway::Core::perform_stop(std::shared_ptr<Call> call) {
  const base::CallId id(std::get<Stop>(call->action.what).call);
  const auto other = find(call->action.principal, id);
  if (other == call || other->action.host != call->action.host)
    throw base::Error(base::Fault::no_such_call, "no call " + base::printable(id.str(), 40) + " runs there");
  if (!other->done) other->ask_to_stop();
  // The one it ends waits for what the host proves, at most 2 x limits::stop_grace.
  while (!other->done) co_await other->changed.wait();
  call->outcome.state = State::stopped;
  call->outcome.remains = other->outcome.remains;
  const State ended = other->outcome.state;
  // Nothing was stopped, and whether anything is left nobody knows.
  if (call->outcome.remains == Remains::nothing_to_stop &&
      (ended == State::connection_lost || ended == State::no_status))
    call->outcome.remains = Remains::unproved;
  call->outcome.remote_pid = other->outcome.remote_pid;
  call->outcome.stopped = to_string(other->outcome.state);
}

}  // namespace mcpssh::gateway
