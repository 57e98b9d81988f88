// The parts of HTTP that need no connection: what is kept of a stream, the brake, and small grammars.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/error.hpp"
#include "transport/http/accept.hpp"
#include "transport/http/addresses.hpp"
#include "transport/http/brake.hpp"
#include "transport/http/event_text.hpp"
#include "transport/http/host_rules.hpp"
#include "transport/http/outlet.hpp"

namespace mcpssh::transport {
namespace {

using namespace std::chrono_literals;

struct OutletTest : testing::Test {
  std::shared_ptr<base::Wakeup> news() { return std::make_shared<base::Wakeup>(io.get_executor()); }
  std::shared_ptr<Outlet> outlet(std::size_t unread, std::size_t replay) {
    return std::make_shared<Outlet>(1, OutletBounds{unread, replay}, kept);
  }
  static std::string read(Outlet& from, Outlet::Ticket ticket) {
    std::string all;
    while (const auto* event = from.next(ticket)) all += event->text;
    return all;
  }
  boost::asio::io_context io;
  std::shared_ptr<KeptBytes> kept = std::make_shared<KeptBytes>(KeptBytes{0, 1000});
};

TEST_F(OutletTest, GivesWhatWasSaidInOrderAndEndsAfterTheLast) {
  const auto one = outlet(100, 100);
  const auto reader = one->attach(news());
  one->append("a");
  one->append("b");
  one->end();
  EXPECT_FALSE(one->over(reader));
  EXPECT_EQ(read(*one, reader), "ab");
  EXPECT_TRUE(one->over(reader));
}

TEST_F(OutletTest, AReaderThatComesBackReadsOnAndTheFormerOneIsOver) {
  const auto one = outlet(100, 100);
  const auto first = one->attach(news());
  for (const auto* text : {"a", "b", "c"}) one->append(text);
  EXPECT_EQ(read(*one, first), "abc");
  const auto second = one->attach(news(), 1);
  EXPECT_TRUE(one->over(first));
  EXPECT_EQ(one->next(first), nullptr);
  EXPECT_EQ(read(*one, second), "bc");
  one->detach(first);
  EXPECT_TRUE(one->attached()) << "the former reader's leaving is not the new one's";
}

TEST_F(OutletTest, KeepsOfWhatWasReadOnlySoMuch) {
  const auto one = outlet(100, 10);
  const auto reader = one->attach(news());
  for (int i = 0; i < 10; ++i) {
    one->append("12345");
    read(*one, reader);
  }
  EXPECT_LE(kept->used, 15U);
  EXPECT_FALSE(one->keeps(1));
  EXPECT_TRUE(one->keeps(9));
  EXPECT_FALSE(one->keeps(11)) << "from the future";
}

TEST_F(OutletTest, AReaderThatFallsBehindIsOverAndTheNewestStays) {
  const auto one = outlet(20, 0);
  const auto reader = one->attach(news());
  for (int i = 0; i < 10; ++i) one->append("1234567890");
  EXPECT_TRUE(one->over(reader));
  EXPECT_EQ(one->next(reader), nullptr) << "nothing is left out in silence";
  EXPECT_LE(kept->used, 30U);
}

TEST_F(OutletTest, TheOnlyMessageMayBeOfAnySize) {
  const auto one = outlet(20, 0);
  const auto reader = one->attach(news());
  one->append(std::string(5000, 'x'));
  EXPECT_EQ(read(*one, reader).size(), 5000U);
}

TEST_F(OutletTest, AllTogetherAreBoundedAndGiveBackWhatTheyHeld) {
  std::vector<std::shared_ptr<Outlet>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(outlet(100, 100));
    const auto reader = all.back()->attach(news());
    for (int j = 0; j < 10; ++j) {
      all.back()->append("1234567890");
      read(*all.back(), reader);
    }
  }
  EXPECT_LE(kept->used, 1000U + 100 * 10) << "over the bound each keeps its newest only";
  all.clear();
  EXPECT_EQ(kept->used, 0U);
}

TEST_F(OutletTest, ANewListenerStartsWithWhatIsStillThere) {
  const auto one = outlet(20, 0);
  for (int i = 0; i < 10; ++i) one->append("1234567890");
  const auto reader = one->attach(news());
  EXPECT_FALSE(one->over(reader));
  EXPECT_EQ(read(*one, reader).size(), 30U);
}

TEST_F(OutletTest, FinishedStreamsMakeWayForWhatReadersStillWaitFor) {
  std::vector<std::shared_ptr<Outlet>> finished;
  for (int i = 0; i < 10; ++i) {
    finished.push_back(outlet(1000, 1000));
    const auto reader = finished.back()->attach(news());
    finished.back()->append(std::string(100, 'f'));
    finished.back()->end();
    read(*finished.back(), reader);
    finished.back()->detach(reader);
  }
  const auto busy = outlet(1000, 1000);
  const auto reader = busy->attach(news());
  for (int i = 0; i < 5; ++i) busy->append(std::string(100, 'b'));
  EXPECT_LE(kept->used, 1000U);
  EXPECT_EQ(read(*busy, reader).size(), 500U) << "nothing it was about to read was dropped";
  EXPECT_FALSE(finished.front()->keeps(0)) << "the oldest go first";
  EXPECT_TRUE(finished.back()->keeps(0));
}

TEST_F(OutletTest, AFullHouseTakesNothingFromAnAttachedReader) {
  const auto one = outlet(2000, 2000);
  const auto reader = one->attach(news());
  one->append(std::string(400, 'a'));
  one->append(std::string(400, 'b'));
  const auto other = outlet(2000, 2000);
  const auto second = other->attach(news());
  other->append(std::string(600, 'c'));
  EXPECT_EQ(read(*one, reader).size(), 800U);
  EXPECT_EQ(read(*other, second).size(), 600U);
  EXPECT_FALSE(one->over(reader)) << "it goes on";
  other->append("d");
  EXPECT_LE(kept->used, 1000U) << "what was read makes way";
  EXPECT_EQ(read(*other, second), "d");
}

TEST_F(OutletTest, WhatWaitsForNobodyMakesWayToo) {
  const auto left = outlet(1000, 1000);
  left->append(std::string(900, 'l'));
  const auto busy = outlet(1000, 1000);
  const auto reader = busy->attach(news());
  busy->append(std::string(500, 'b'));
  EXPECT_FALSE(left->keeps(0));
  EXPECT_EQ(kept->used, 500U);
  const auto late = left->attach(news());
  EXPECT_EQ(left->next(late), nullptr);
  left->append("more");
  EXPECT_EQ(read(*left, late), "more");
  EXPECT_EQ(read(*busy, reader).size(), 500U);
}

struct BrakeTest : testing::Test {
  BrakeTest() {
    clock.mono = [this] { return now; };
  }
  HttpLimits limits;
  base::MonoTime now = base::MonoTime() + 1000h;
  base::Clock clock;
};

TEST_F(BrakeTest, BlocksTwiceAsLongEachTimeUpToADay) {
  Brake brake(limits, clock);
  int guess = 0;
  std::chrono::seconds expected = 30min;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(brake.blocked("a", "x"), 0s);
      brake.wrong("a", std::to_string(++guess));
    }
    EXPECT_EQ(brake.blocked("a", "x"), expected);
    EXPECT_EQ(brake.blocked("b", "x"), 0s) << "another address";
    now += expected;
    expected = std::min<std::chrono::seconds>(expected * 2, 24h);
  }
}

TEST_F(BrakeTest, SlowGuessesAreForgotten) {
  Brake brake(limits, clock);
  for (int i = 0; i < 50; ++i) {
    brake.wrong("a", std::to_string(i));
    now += 5min;
  }
  EXPECT_EQ(brake.blocked("a", "x"), 0s);
}

TEST_F(BrakeTest, RemembersABoundedNumberOfAddressesAndForgetsBlockedOnesLast) {
  Brake brake(limits, clock);
  for (int i = 0; i < 5; ++i) brake.wrong("villain", std::to_string(i));
  for (std::size_t i = 0; i < Brake::most + 100; ++i) brake.wrong("other" + std::to_string(i), "x");
  EXPECT_GT(brake.blocked("villain", "x"), 0s);
}

TEST(EventIds, SurviveTheRoundTripAndNothingElseIsTaken) {
  const Position position{3, 17};
  EXPECT_EQ(parse_event_id(to_event_id(position)), position);
  for (const auto* bad :
       {"", "-", "1", "1-", "-1", "a-1", "1-1 ", "1-1-1", " 1-1", "99999999999999999999-1", "+1-1"})
    EXPECT_FALSE(parse_event_id(bad)) << bad;
}

TEST(Accept, ReadsWhatClientsSend) {
  for (const auto* fine : {"application/json, text/event-stream", "text/event-stream,application/json", "*/*",
                           "application/*;q=0.5, text/html", "APPLICATION/JSON", "text/html, */*;q=0.1"})
    EXPECT_TRUE(accepts(fine, "application/json")) << fine;
  for (const auto* bad :
       {"", "text/event-stream", "application/json;q=0", "application/jsonp", "text/*", "application"})
    EXPECT_FALSE(accepts(bad, "application/json")) << bad;
  EXPECT_TRUE(accepts(std::nullopt, "application/json"));
  EXPECT_TRUE(is_json("application/json; charset=utf-8"));
  EXPECT_FALSE(is_json("application/json-patch+json"));
  EXPECT_FALSE(is_json(std::nullopt));
}

TEST(Bearer, IsOneSchemeOnly) {
  EXPECT_EQ(bearer_of("Bearer abc"), "abc");
  EXPECT_EQ(bearer_of("bearer  abc "), "abc");
  EXPECT_FALSE(bearer_of("Basic abc"));
  EXPECT_FALSE(bearer_of("Bearer"));
  EXPECT_FALSE(bearer_of(std::nullopt));
}

TEST(Addresses, TheClientIsTheLastOneNoTrustedProxyVouchesFor) {
  const AddressSet proxies({"10.0.0.0/8", "2001:db8::/32", "192.0.2.7"});
  EXPECT_EQ(client_address("203.0.113.1", "198.51.100.1", proxies), "203.0.113.1");
  EXPECT_EQ(client_address("10.1.1.1", "", proxies), "10.1.1.1");
  EXPECT_EQ(client_address("10.1.1.1", "1.2.3.4, 198.51.100.1", proxies), "198.51.100.1");
  EXPECT_EQ(client_address("10.1.1.1", "198.51.100.1, 192.0.2.7", proxies), "198.51.100.1");
  EXPECT_EQ(client_address("10.1.1.1", "198.51.100.1:4711", proxies), "198.51.100.1");
  EXPECT_EQ(client_address("::ffff:10.1.1.1", "[2001:db9::5]:80", proxies), "2001:db9::5");
  EXPECT_EQ(client_address("10.1.1.1", "198.51.100.1, unknown", proxies), "10.1.1.1");
  EXPECT_THROW(AddressSet({"10.0.0.0/99"}), base::Error);
  EXPECT_THROW(AddressSet({"proxy.example"}), base::Error);
}

TEST(Addresses, AreCountedAsWhatOneClientHasForItself) {
  EXPECT_EQ(counted_as("2001:db8:1:2:3:4:5:6"), counted_as("2001:db8:1:2::9"));
  EXPECT_NE(counted_as("2001:db8:1:3::9"), counted_as("2001:db8:1:2::9"));
  EXPECT_EQ(counted_as("::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(HostRules, AnEntryThatIsNoHostIsAnErrorWithAnExample) {
  for (const auto* bad : {"http://ssh.example.org", "a b", "*", "", "host:port"})
    EXPECT_THROW(HostRules({bad}, "127.0.0.1"), base::Error) << bad;
  EXPECT_TRUE(HostRules({}, "192.0.2.5").allows({"192.0.2.5", 8000}));
  EXPECT_FALSE(HostRules({}, "0.0.0.0").allows({"0.0.0.0", 8000}));
}

}  // namespace
}  // namespace mcpssh::transport
