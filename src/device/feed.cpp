#include "device/feed.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "base/wakeup.hpp"

namespace mcpssh::device {

namespace asio = boost::asio;

namespace {
/// Read ahead while nobody takes: enough for one burst, little enough for a thousand sessions.
constexpr std::size_t read_ahead = 1024 * 1024;
}  // namespace

struct Feed::State {
  explicit State(std::unique_ptr<base::Duplex> duplex) : stream(std::move(duplex)) {}

  std::unique_ptr<base::Duplex> stream;
  std::string arrived;
  base::Executor executor;              ///< known from open() on
  std::optional<base::Wakeup> changed;  ///< as well
  std::optional<base::Error> failure;
  bool ended = false;
  Time last_arrival{};
  asio::cancellation_signal
      stop;  ///< ends the pump; the pump's own reference keeps this state until it has unwound
};

Feed::Feed(std::unique_ptr<base::Duplex> stream) : state_(std::make_shared<State>(std::move(stream))) {}

/// Emitting reaches into the pump by a bare pointer, so it is done where nothing runs in between, and only
/// while the pump lives.
Feed::~Feed() {
  if (!state_->executor) return;
  asio::post(state_->executor, [state = state_] {
    if (!state->ended) state->stop.emit(asio::cancellation_type::terminal);
  });
}

base::Task<void> Feed::open() {
  auto executor = co_await asio::this_coro::executor;
  state_->executor = executor;
  state_->changed.emplace(executor);
  state_->last_arrival = std::chrono::steady_clock::now();
  asio::co_spawn(executor, pump(state_), asio::bind_cancellation_slot(state_->stop.slot(), asio::detached));
}

base::Task<void> Feed::pump(std::shared_ptr<State> state) {
  try {
    for (;;) {
      std::string bytes = co_await state->stream->read();
      if (bytes.empty()) break;
      state->arrived += bytes;
      state->last_arrival = std::chrono::steady_clock::now();
      state->changed->notify();
      while (state->arrived.size() >= read_ahead) co_await state->changed->wait();
    }
  } catch (const base::Error& error) {
    state->failure = error;
  } catch (const std::exception& error) {
    state->failure = base::Error(base::ErrorCode::connection_lost, error.what());
  }
  state->ended = true;
  state->changed->notify();
}

base::Task<std::string> Feed::next(Time deadline) {
  while (state_->arrived.empty() && !state_->ended) {
    const bool notified = co_await state_->changed->wait_until(deadline);
    if (!notified) break;
  }
  co_return take();
}

std::string Feed::take() {
  if (state_->arrived.size() >= read_ahead) state_->changed->notify();
  return std::exchange(state_->arrived, {});
}

base::Task<bool> Feed::write(std::string bytes, Time deadline) {
  using namespace asio::experimental::awaitable_operators;
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer alarm(executor, deadline);
  auto first = co_await (state_->stream->write(std::move(bytes)) || alarm.async_wait(asio::use_awaitable));
  co_return first.index() == 0;
}

bool Feed::ended() const {
  return state_->ended;
}
std::optional<base::Error> Feed::failure() const {
  return state_->failure;
}
Feed::Time Feed::last_arrival() const {
  return state_->last_arrival;
}

}  // namespace mcpssh::device
