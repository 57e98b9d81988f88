#include "base/json.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/wiped_memory.hpp"

namespace mcpssh::base {
namespace {

ErrorCode failure_of(std::string_view text) {
  const auto parsed = parse_json(text);
  return parsed ? ErrorCode::internal : parsed.error().code();
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Json, ParsesOneDocument) {
  const auto parsed = parse_json(R"( {"a": [1, -2, 3.5, true, null], "b": "\u00e9"} )");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at("a").as_array().size(), 5u);
  EXPECT_EQ(parsed->at("b").as_string(), "\xc3\xa9");
}

TEST(Json, RefusesWhatIsNotOneCompleteDocument) {
  for (const std::string_view text :
       {"", " ", "{", "{} {}", "nul", "[1,]", "{\"a\":1,}", "// x\n{}", "'a'", "\x01"})
    EXPECT_EQ(failure_of(text), ErrorCode::protocol_error) << text;
}

TEST(Json, RefusesTheSameKeyTwiceHoweverItIsSpelt) {
  EXPECT_EQ(failure_of(R"({"host":"a","host":"b"})"), ErrorCode::protocol_error);
  EXPECT_EQ(failure_of(R"({"host":"a","h\u006fst":"b"})"), ErrorCode::protocol_error);
  EXPECT_EQ(failure_of(R"([{"deep":[{"k":1,"j":2,"k":3}]}])"), ErrorCode::protocol_error);
  EXPECT_TRUE(parse_json(R"([{"k":1},{"k":2},{"j":{"k":3},"k":4}])"));
}

TEST(Json, NamesTheRepeatedKeyAsTheReason) {
  const auto parsed = parse_json(R"({"a":1,"a":2})");
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message().find("same key twice"), std::string::npos);
}

TEST(Json, HoldsTheDepthLimitOnBothSides) {
  EXPECT_TRUE(parse_json(nested(limits::json_depth)));
  EXPECT_EQ(failure_of(nested(limits::json_depth + 1)), ErrorCode::protocol_error);
  EXPECT_EQ(failure_of(std::string(1'000'000, '[')), ErrorCode::protocol_error);
}

TEST(Json, HoldsTheSizeLimitOnBothSides) {
  const std::string longest = "\"" + std::string(limits::message_bytes - 2, 'x') + "\"";
  EXPECT_TRUE(parse_json(longest));
  EXPECT_EQ(failure_of(longest + " "), ErrorCode::limit_reached);
}

TEST(Json, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(failure_of("\"\xff\""), ErrorCode::protocol_error);
  EXPECT_EQ(failure_of("\"\xed\xa0\x80\""), ErrorCode::protocol_error);
  EXPECT_EQ(failure_of(R"("\ud800")"), ErrorCode::protocol_error);
}

TEST(Json, FindsMembersOnlyOfTheRightType) {
  const auto parsed = parse_json(R"({"s":"x","n":1,"o":{"k":"v"}})");
  const auto& object = parsed->as_object();
  EXPECT_EQ(find_string(object, "s"), "x");
  EXPECT_EQ(find_string(object, "n"), std::nullopt);
  EXPECT_EQ(find_string(object, "missing"), std::nullopt);
  ASSERT_NE(find_object(object, "o"), nullptr);
  EXPECT_EQ(find_string(*find_object(object, "o"), "k"), "v");
  EXPECT_EQ(find_object(object, "s"), nullptr);
}

/// A value of another storage would be a copy, which nobody wipes.
TEST(Json, IsMadeInTheMemoryItIsGivenAndNowhereElse) {
  WipedMemory memory;
  const auto parsed = parse_json(R"({"op":"answer","answer":"123456","more":[{"x":"y"}]})", memory.storage());
  ASSERT_TRUE(parsed);
  const auto wiped = [&memory](const auto& made) { return made.storage().get() == &memory; };
  EXPECT_TRUE(wiped(*parsed));
  EXPECT_TRUE(wiped(parsed->at("answer").as_string()));
  EXPECT_TRUE(wiped(parsed->at("more").at(0).as_object()));
}

}  // namespace
}  // namespace mcpssh::base
