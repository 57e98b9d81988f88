// A pool whose log-in asks a person, on the loop that also ends the pool.
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dialogue_server.hpp"
#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {

class PoolWithAQuestion : public PoolTest {
 protected:
  PoolWithAQuestion() : server_(directory_.path(), {.rounds = {{"", {{"Code:"}}}}}) {}
  /// Waits for an answer that does not come, on the loop, and takes many of its turns to be put away.
  base::Task<std::optional<base::Secret>> asked() {
    asked_ = true;
    base::Wakeup never(loop_.executor());
    try {
      for (;;) co_await never.wait();
    } catch (const boost::system::system_error&) {
      cancelled_ = true;
    }
    co_await base::asio::this_coro::reset_cancellation_state();
    for (int turn = 0; turn < 1000; ++turn)
      co_await base::asio::post(loop_.executor(), base::asio::use_awaitable);
    put_away_ = true;
    co_return std::nullopt;
  }
  ssh::Target target() {
    ssh::Target with;
    with.name = "web1";
    with.address = "127.0.0.1";
    with.port = server_.port();
    with.user = "ann";
    with.posix = false;
    with.known_hosts = directory_.write("known_hosts", server_.known_hosts());
    with.credentials.methods = {ssh::Credentials::Method::keyboard_interactive};
    with.ask_human = [this](const ssh::HumanPrompt&) { return base::hop(loop_.executor(), asked()); };
    return with;
  }

  DialogueServer server_;
  bool asked_ = false, cancelled_ = false, put_away_ = false;
};

TEST_F(PoolWithAQuestion, EndsTheConnectThatACancelledCallerLeftBehindBeforeItGoes) {
  base::asio::cancellation_signal signal;
  const auto acquired = start_acquire(target(), {}, &signal);
  loop_.run_until(asked_);
  signal.emit(base::asio::cancellation_type::terminal);
  wait_for(*acquired);
  EXPECT_TRUE(acquired->cancelled);
  EXPECT_FALSE(put_away_) << "it unwinds on its threads, after the caller";
  loop_.run_until(cancelled_);
  loop_.run(pool_->end_connects());
  EXPECT_TRUE(put_away_);
  pool_.reset();  // would wait for the question, and the question for the loop
}

}  // namespace
}  // namespace mcpssh::test
