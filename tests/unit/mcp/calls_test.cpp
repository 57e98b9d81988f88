#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

std::string cancel(std::string_view id) {
  return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + std::string(id) +
         "}}";
}

TEST(Calls, RunSideBySide) {
  Conversation talk;
  talk.say(call("1", "hang"));
  EXPECT_EQ(text_of(talk.ask(call("2", "echo", R"({"text":"meanwhile"})"))), "meanwhile");
  EXPECT_EQ(talk.seen.started, 1);
}

TEST(Calls, ACancelledCallUnwindsAndIsNotAnswered) {
  Conversation talk;
  talk.say(call("1", "hang"));
  EXPECT_TRUE(talk.ask(cancel("1")).is_null());
  EXPECT_EQ(talk.seen.unwound, 1);
  EXPECT_EQ(text_of(talk.ask(call("1", "echo", R"({"text":"the id is free"})"))), "the id is free");
}

TEST(Calls, CancellingTellsNumbersFromStrings) {
  Conversation talk;
  talk.say(call("1", "hang"));
  talk.say(call(R"("1")", "hang"));
  talk.say(cancel(R"("1")"));
  EXPECT_EQ(talk.seen.unwound, 1);
  talk.say(cancel("1"));
  EXPECT_EQ(talk.seen.unwound, 2);
}

TEST(Calls, CancellingTheUnknownIsIgnored) {
  Conversation talk;
  for (const auto* id : {"99", "\"x\"", "null", "{}", "1.5"}) EXPECT_TRUE(talk.ask(cancel(id)).is_null());
  EXPECT_TRUE(talk.ask(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})").is_null());
  EXPECT_TRUE(talk.ask(R"({"jsonrpc":"2.0","method":"notifications/unheard-of","params":{}})").is_null());
  EXPECT_TRUE(talk.ask(R"({"jsonrpc":"2.0","id":5,"result":{}})").is_null());
}

TEST(Calls, AnIdInUseIsRefused) {
  Conversation talk;
  talk.say(call("1", "hang"));
  EXPECT_EQ(code_of(talk.ask(call("1", "echo", R"({"text":"x"})"))), -32600);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})")), -32600);
  EXPECT_EQ(talk.seen.unwound, 0);
}

TEST(Calls, AreBoundedAndTheBoundIsSaid) {
  mcp::ServerLimits limits;
  limits.calls_in_flight = 2;
  Conversation talk(limits);
  talk.say(call("1", "hang"));
  talk.say(call("2", "hang"));
  EXPECT_EQ(code_of(talk.ask(call("3", "hang"))), -32603);
  talk.say(cancel("1"));
  EXPECT_EQ(text_of(talk.ask(call("4", "echo", R"({"text":"room again"})"))), "room again");
}

TEST(Calls, EndOfStreamCancelsThemAndServeReturnsAfterwards) {
  Conversation talk;
  talk.say(call("1", "hang"));
  talk.say(call("2", "hang"));
  talk.hang_up();
  EXPECT_TRUE(talk.served);
  EXPECT_EQ(talk.problem, nullptr);
  EXPECT_EQ(talk.seen.unwound, 2);
  EXPECT_TRUE(talk.hear().is_null());
}

TEST(Calls, WhatWasAnsweredBeforeTheEndIsStillWritten) {
  Conversation talk;
  talk.to_server().push(R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  talk.to_server().push(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  talk.hang_up();
  EXPECT_EQ(talk.hear().at("id").as_int64(), 1);
  EXPECT_EQ(talk.hear().at("id").as_int64(), 2);
}

TEST(Calls, CancellingServeUnwindsEverything) {
  Conversation talk;
  talk.say(call("1", "hang"));
  talk.stop();
  EXPECT_TRUE(talk.served);
  EXPECT_EQ(talk.seen.unwound, 1);
}

TEST(Calls, APeerThatCannotBeWrittenToEndsServe) {
  Conversation talk;
  talk.say(call("1", "hang"));
  talk.from_server().break_off();
  talk.say(R"({"jsonrpc":"2.0","id":2,"method":"ping"})");
  talk.io.run();
  EXPECT_TRUE(talk.served);
  EXPECT_EQ(talk.problem, nullptr);
  EXPECT_EQ(talk.seen.unwound, 1);
}

TEST(Progress, IsSentInOrderWhenAskedForAndNeverBackwards) {
  for (const auto* token : {"7", R"("t")"}) {
    Conversation talk;
    talk.say(call("1", "count", R"({"steps":2})", R"({"progressToken":)" + std::string(token) + "}"));
    EXPECT_EQ(talk.hear(),
              json::parse(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":)" +
                          std::string(token) + R"(,"progress":1,"total":2,"message":"step 1"}})"));
    EXPECT_EQ(talk.hear().at("params").at("progress").as_int64(), 2);
    EXPECT_EQ(text_of(talk.hear()), "counted");
    EXPECT_TRUE(talk.hear().is_null());
  }
}

TEST(Progress, IsNotSentWithoutAToken) {
  Conversation talk;
  EXPECT_EQ(text_of(talk.ask(call("1", "count"))), "counted");
  EXPECT_EQ(text_of(talk.ask(call("1", "count", "{}", R"({"progressToken":null})"))), "counted");
}

TEST(SlowReader, LosesProgressButNoResponse) {
  Conversation talk;
  talk.from_server().room = 1;
  talk.say(call("1", "count", R"({"steps":5000})", R"({"progressToken":1})"));
  for (int i = 0; i < 2000; ++i)
    talk.to_server().push(R"({"jsonrpc":"2.0","id":)" + std::to_string(i + 10) + R"(,"method":"ping"})");
  talk.settle();
  int progress = 0;
  int answers = 0;
  for (auto message = talk.hear(); !message.is_null(); message = talk.hear())
    ++(message.as_object().contains("method") ? progress : answers);
  EXPECT_EQ(answers, 2001);
  EXPECT_LT(progress, 70);
}

TEST(SlowReader, BoundsWhatIsQueuedForIt) {
  Conversation talk;
  talk.from_server().room = 0;
  for (int i = 0; i < 5000; ++i) talk.to_server().push(R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  talk.settle();
  // 512 queued, one being written, one waiting for room; the rest is not even read.
  EXPECT_EQ(talk.to_server().waiting.size(), 5000u - 514u);
}

TEST(SlowReader, CannotKeepServeFromEnding) {
  Conversation talk;
  talk.from_server().room = 0;
  for (int i = 0; i < 100; ++i) talk.say(call(std::to_string(i), "echo", R"({"text":"x"})"));
  talk.say(call("999", "hang"));
  talk.hang_up();
  EXPECT_TRUE(talk.served);
  EXPECT_EQ(talk.seen.unwound, 1);
}

}  // namespace
}  // namespace mcpssh::testing
