#include "transport/http/watchdog.hpp"

#include <utility>

namespace mcpssh::transport {

struct Watchdog::State {
  State(const base::Executor& executor, std::function<void()> what)
      : timer(executor), bite(std::move(what)) {}
  base::asio::steady_timer timer;
  std::function<void()> bite;
  Moment deadline = Moment::max();
  Moment armed = Moment::max();  ///< when the timer goes off; max: never
};

Watchdog::Watchdog(const base::Executor& executor, std::function<void()> bite)
    : state_(std::make_shared<State>(executor, std::move(bite))) {}

Watchdog::~Watchdog() {
  state_->bite = nullptr;
  state_->timer.cancel();
}

void Watchdog::arm(const std::shared_ptr<State>& state, Moment when) {
  state->armed = when;
  state->timer.expires_at(when);
  state->timer.async_wait([state](boost::system::error_code error) {
    if (error) return;  // armed again, or the owner is gone
    state->armed = Moment::max();
    if (state->deadline == Moment::max()) return;
    if (std::chrono::steady_clock::now() < state->deadline) {
      arm(state, state->deadline);
      return;
    }
    state->deadline = Moment::max();
    // A copy: the bite may end the owner of this very function.
    const auto bite = state->bite;
    if (bite) bite();
  });
}

void Watchdog::within(std::chrono::milliseconds time) {
  state_->deadline = std::chrono::steady_clock::now() + time;
  if (state_->deadline < state_->armed) arm(state_, state_->deadline);
}

void Watchdog::rest() {
  state_->deadline = Moment::max();
}

}  // namespace mcpssh::transport
