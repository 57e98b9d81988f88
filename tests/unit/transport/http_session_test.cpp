// A session's mail in both directions, without a connection.
#include "transport/http/http_session.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;

struct SessionTest : testing::Test {
  void write(const std::string& message, const std::string& request, bool answers = false) {
    mcp::Relation about;
    about.request = request;
    about.answers = answers;
    auto done = asio::co_spawn(io, session->write(message, about), asio::use_future);
    io.poll();
    done.get();
  }
  static std::string next(Outlet& outlet, Outlet::Ticket ticket) {
    const auto* event = outlet.next(ticket);
    return event == nullptr ? "" : event->text;
  }

  asio::io_context io;
  HttpLimits limits;
  std::shared_ptr<KeptBytes> kept = std::make_shared<KeptBytes>(KeptBytes{0, 1000});
  std::shared_ptr<HttpSession> session =
      std::make_shared<HttpSession>(io.get_executor(), "id", base::Principal(), false, limits, kept, [] {});
};

TEST_F(SessionTest, WhatIsSaidAboutARequestThatIsAnsweredGoesNowhere) {
  const auto outlet = session->open({"7"});
  const auto reader = outlet->attach(std::make_shared<base::Wakeup>(io.get_executor()));
  write("progress", "7");
  write("answer", "7", true);
  write("late progress", "7");
  write("to all", "");
  EXPECT_EQ(next(*outlet, reader), "progress");
  EXPECT_EQ(next(*outlet, reader), "answer");
  EXPECT_TRUE(outlet->over(reader));
  const auto& standing = *session->standing();
  EXPECT_EQ(standing.pending(), 1U) << "what is about no request, and nothing else";
}

TEST_F(SessionTest, EachMessageHasTheRightsOfWhoPostedIt) {
  base::Principal wide, narrow;
  base::Rights rights;
  rights.hosts = "web-*";
  narrow.rights = std::make_shared<const base::Rights>(std::move(rights));
  for (const auto& by : {narrow, wide}) asio::co_spawn(io, session->push("a message", by), asio::detached);
  io.poll();
  for (const auto& by : {narrow, wide}) {
    auto message = asio::co_spawn(io, session->read(), asio::use_future);
    io.restart();
    io.poll();
    ASSERT_TRUE(message.get());
    EXPECT_EQ(session->speaker()->rights, by.rights) << "though a message of other rights came in behind it";
  }
}

TEST_F(SessionTest, TheInboxIsBoundedInBytesAndTakesMoreWhenItWasRead) {
  const std::string large(3 * 1024 * 1024, 'x');
  int pushed = 0;
  for (int i = 0; i < 4; ++i)
    asio::co_spawn(io, session->push(large, {}), [&pushed](const std::exception_ptr&) { ++pushed; });
  io.poll();
  EXPECT_EQ(pushed, 2) << "8 MiB wait to be read at most";
  for (int i = 0; i < 4; ++i) {
    auto message = asio::co_spawn(io, session->read(), asio::use_future);
    io.restart();
    io.poll();
    EXPECT_EQ(message.get()->size(), large.size());
  }
  EXPECT_EQ(pushed, 4);
}

}  // namespace
}  // namespace mcpssh::transport
