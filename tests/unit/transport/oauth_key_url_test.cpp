// Fetched keys: rotation, outage, and that nobody can make us hammer the authorization server.
#include "transport/oauth/key_url.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/error.hpp"
#include "oauth_signer.hpp"

namespace mcpssh::testing {
namespace {

namespace asio = base::asio;
using oauth::Fetched;
using oauth::KeySetPtr;
using oauth::KeyUrl;
using std::chrono::minutes;
using std::chrono::seconds;

/// An authorization server of which each fetch is let through by hand, on a clock that is turned by hand.
struct KeyUrlTest : ::testing::Test {
  KeyUrlTest() {
    base::Clock clock;
    clock.mono = [this] { return now; };
    keys = std::make_shared<KeyUrl>(
        io.get_executor(), "https://login.test/keys", [this] { return fetch(); }, clock, base::Log::silent());
    asio::co_spawn(io, keys->run(), asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  }
  ~KeyUrlTest() override {
    stop.emit(asio::cancellation_type::terminal);
    settle();
  }

  base::Task<Fetched> fetch() {
    ++fetches;
    while (held) co_await gate.wait();
    if (broken) throw base::Error(base::ErrorCode::connect_failed, "refused");
    Fetched fetched;
    fetched.body = published;
    fetched.max_age = max_age;
    co_return fetched;
  }
  /// All that can happen without time passing.
  void settle() {
    io.restart();
    while (io.poll() > 0) {
    }
  }
  /// What `task` gives, when it needs no time to pass.
  KeySetPtr now_of(base::Task<KeySetPtr> task) {
    std::optional<KeySetPtr> result;
    asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& failure, KeySetPtr set) {
      EXPECT_FALSE(failure);
      result = std::move(set);
    });
    settle();
    EXPECT_TRUE(result) << "it waits";
    return result.value_or(nullptr);
  }
  static bool has(const KeySetPtr& set, const std::string& kid) {
    return set && set->find(*oauth::find_algorithm("ES256"), kid) != nullptr;
  }

  asio::io_context io;
  base::MonoTime now = std::chrono::steady_clock::now() + std::chrono::hours(1);
  int fetches = 0;
  bool held = false, broken = false;
  base::Wakeup gate{io.get_executor()};
  Signer first{"P-256", "first"}, second{"P-256", "second"};
  std::string published = jwks({first.jwk()});
  std::optional<seconds> max_age;
  std::shared_ptr<KeyUrl> keys;
  asio::cancellation_signal stop;
};

TEST_F(KeyUrlTest, WhoComesBeforeTheFirstFetchWaitsForItAndAllShareIt) {
  held = true;
  int served = 0;
  for (int i = 0; i < 20; ++i)
    asio::co_spawn(io, keys->current(),
                   [&](const std::exception_ptr&, const KeySetPtr& set) { served += has(set, "first"); });
  settle();
  EXPECT_EQ(served, 0);
  held = false;
  gate.notify();
  settle();
  EXPECT_EQ(served, 20);
  EXPECT_EQ(fetches, 1);
}

TEST_F(KeyUrlTest, ANewKeyIsFoundWhenATokenNamesIt) {
  const auto before = now_of(keys->current());
  ASSERT_TRUE(has(before, "first"));
  published = jwks({first.jwk(), second.jwk()});
  now += seconds(60);
  const auto after = now_of(keys->newer_than(before));
  EXPECT_TRUE(has(after, "second"));
  EXPECT_EQ(fetches, 2);
  EXPECT_EQ(now_of(keys->newer_than(before)), after) << "who still has the old set gets the new one";
  EXPECT_EQ(fetches, 2);
}

TEST_F(KeyUrlTest, UnknownKeysAreLookedForAtMostOnceAMinute) {
  auto known = now_of(keys->current());
  for (int minute = 1; minute <= 5; ++minute) {
    now += seconds(60);
    for (int i = 0; i < 1000; ++i) known = now_of(keys->newer_than(known));
    EXPECT_EQ(fetches, 1 + minute);
    EXPECT_TRUE(has(known, "first"));
  }
  now += seconds(59);
  EXPECT_EQ(now_of(keys->newer_than(known)), known);
  EXPECT_EQ(fetches, 6);
}

TEST_F(KeyUrlTest, ThePublishedAgeCountsWithinBounds) {
  const std::vector<std::pair<std::optional<seconds>, seconds>> table{
      {std::nullopt, minutes(60)},
      {seconds(0), minutes(5)},
      {seconds(1), minutes(5)},
      {seconds(1200), minutes(20)},
      {seconds(999'999'999), minutes(24 * 60)}};
  now_of(keys->current());
  for (const auto& [said, meant] : table) {
    max_age = said;
    now += minutes(25 * 60);
    now_of(keys->current());
    const int so_far = fetches;
    now += meant - seconds(1);
    now_of(keys->current());
    EXPECT_EQ(fetches, so_far) << meant.count();
    now += seconds(1);
    EXPECT_TRUE(has(now_of(keys->current()), "first")) << "nobody waits for it";
    EXPECT_EQ(fetches, so_far + 1) << meant.count();
  }
}

TEST_F(KeyUrlTest, AKeyThatIsTakenBackCountsNoMoreAfterTheNextFetch) {
  now_of(keys->current());
  published = jwks({second.jwk()});
  now += minutes(60);
  now_of(keys->current());
  const auto set = now_of(keys->current());
  EXPECT_TRUE(has(set, "second"));
  EXPECT_FALSE(has(set, "first"));
  published = jwks({});
  now += minutes(60);
  now_of(keys->current());
  EXPECT_EQ(now_of(keys->current()), nullptr) << "no keys are no keys";
}

TEST_F(KeyUrlTest, InAnOutageTheOldKeysStayAndAnUnknownOneIsNotJudged) {
  const auto set = now_of(keys->current());
  broken = true;
  now += minutes(60);
  EXPECT_EQ(now_of(keys->current()), set);
  EXPECT_EQ(fetches, 2);
  EXPECT_EQ(now_of(keys->current()), set);
  EXPECT_EQ(now_of(keys->newer_than(set)), nullptr);
  published = "<html>try again later</html>";
  broken = false;
  now += minutes(2);
  EXPECT_EQ(now_of(keys->current()), set) << "an answer that makes no sense is an outage too";
  published = jwks({second.jwk()});
  now += minutes(2);
  now_of(keys->current());
  EXPECT_TRUE(has(now_of(keys->current()), "second"));
}

TEST_F(KeyUrlTest, AFailedStartIsTriedAgainAfterPausesThatGrow) {
  broken = true;
  EXPECT_EQ(now_of(keys->current()), nullptr);
  EXPECT_EQ(fetches, 1);
  for (const int pause : {5, 10, 20, 40, 60, 60}) {
    EXPECT_EQ(keys->retry_after(), seconds(pause));
    const int so_far = fetches;
    now += seconds(pause) - std::chrono::milliseconds(1);
    EXPECT_EQ(now_of(keys->current()), nullptr);
    EXPECT_EQ(fetches, so_far);
    now += std::chrono::milliseconds(1);
    now_of(keys->current());
    EXPECT_EQ(fetches, so_far + 1);
  }
  broken = false;
  now += minutes(1);
  now_of(keys->current());
  EXPECT_TRUE(has(now_of(keys->current()), "first"));
}

TEST_F(KeyUrlTest, ARequestThatGoesAwayDoesNotEndTheFetchOfTheOthers) {
  held = true;
  asio::cancellation_signal hangs_up;
  bool ended = false, served = false;
  asio::co_spawn(io, keys->current(),
                 asio::bind_cancellation_slot(hangs_up.slot(),
                                              [&](std::exception_ptr, const KeySetPtr&) { ended = true; }));
  asio::co_spawn(io, keys->current(),
                 [&](std::exception_ptr, const KeySetPtr& set) { served = has(set, "first"); });
  settle();
  hangs_up.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_TRUE(ended);
  held = false;
  gate.notify();
  settle();
  EXPECT_TRUE(served);
  EXPECT_EQ(fetches, 1);
}

}  // namespace
}  // namespace mcpssh::testing
