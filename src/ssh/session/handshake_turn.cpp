#include "ssh/session/handshake_turn.hpp"

#include <algorithm>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <list>
#include <utility>

#include "base/wakeup.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using namespace std::chrono_literals;

/// At 1.3 ms for a key exchange a command waits 40 ms at worst. Fewer would make a far host wait for another
/// one's round trips.
constexpr std::size_t turns_at_once = 32;
/// How long a turn lasts at most, and how many times the usual one.
constexpr std::chrono::steady_clock::duration long_turn = 2s;
constexpr int times_usual = 4;

}  // namespace

/// One per io_context.
class HandshakeTurn::Turns : public asio::execution_context::service {
 public:
  using key_type = Turns;
  static asio::execution_context::id id;
  explicit Turns(asio::execution_context& context) : service(context) {}

  struct Place {
    explicit Place(const base::Executor& executor) : called(executor) {}
    base::Wakeup called;
    bool has_turn = false;
  };

  void join(Place& place) {
    queue_.push_back(&place);
    call_next();
  }
  void leave(Place& place) {
    if (place.has_turn) return done();
    std::erase(queue_, &place);
  }
  void note(std::chrono::steady_clock::duration took) { usual_ = (7 * usual_ + took) / 8; }
  [[nodiscard]] std::chrono::steady_clock::duration longest() const {
    return std::max(long_turn, times_usual * usual_);
  }
  void done() {
    --taken_;
    call_next();
  }

 private:
  void shutdown() override { queue_.clear(); }
  void call_next() {
    for (; taken_ < turns_at_once && !queue_.empty(); queue_.pop_front()) {
      ++taken_;
      queue_.front()->has_turn = true;
      queue_.front()->called.notify();
    }
  }

  std::size_t taken_ = 0;
  std::chrono::steady_clock::duration usual_{};
  std::list<Place*> queue_;
};

asio::execution_context::id HandshakeTurn::Turns::id;

struct HandshakeTurn::Held {
  Held(const base::Executor& executor, Turns& turns)
      : service(turns), place(executor), end(executor, asio::steady_timer::time_point::max()) {
    service.join(place);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (!given_back) service.leave(place);
  }

  Turns& service;
  Turns::Place place;
  asio::steady_timer end;
  std::chrono::steady_clock::time_point begin{};
  bool given_back = false;
  bool tells_nothing = false;  ///< its time is also that of a person
};

base::Task<HandshakeTurn> HandshakeTurn::take() {
  auto executor = co_await asio::this_coro::executor;
  auto& turns = asio::use_service<Turns>(asio::query(executor, asio::execution::context));
  const auto held = std::make_shared<Held>(executor, turns);
  while (!held->place.has_turn) co_await held->place.called.wait();
  held->begin = std::chrono::steady_clock::now();
  held->end.expires_at(held->begin + turns.longest());
  held->end.async_wait([weak = std::weak_ptr(held)](const boost::system::error_code& cancelled) {
    const auto late = weak.lock();
    if (cancelled || !late || late->given_back) return;
    late->given_back = true;
    late->service.done();
  });
  co_return HandshakeTurn(held);
}

void HandshakeTurn::succeeded() {
  if (held_ && !held_->tells_nothing) held_->service.note(std::chrono::steady_clock::now() - held_->begin);
}

void HandshakeTurn::give_back() {
  if (!held_) return;
  held_->tells_nothing = true;
  if (std::exchange(held_->given_back, true)) return;
  held_->end.cancel();
  held_->service.done();
}

}  // namespace mcpssh::ssh
