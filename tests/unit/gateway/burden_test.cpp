#include "gateway/burden.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mcpssh::gateway {
namespace {

using testing::HasSubstr;
constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

std::string refusal(Burdens& burdens, const std::string& principal, std::size_t bytes) {
  const auto taken = burdens.take(principal, bytes);
  if (taken) return "taken";
  EXPECT_EQ(taken.error().code(), base::ErrorCode::limit_reached);
  return taken.error().what();
}

TEST(Burdens, OpenCallsAreLimitedForEachPrincipal) {
  Burdens burdens;
  std::vector<Burden> open;
  for (std::size_t i = 0; i < open_calls_per_principal; ++i) open.push_back(burdens.take("ann", 0).value());
  EXPECT_THAT(refusal(burdens, "ann", 0), HasSubstr("2000 calls are open already"));
  EXPECT_EQ(refusal(burdens, "bob", 0), "taken");
  open.pop_back();
  EXPECT_EQ(refusal(burdens, "ann", 0), "taken") << "one has ended";
}

TEST(Burdens, SoIsWhatTheyHold) {
  Burdens burdens;
  std::vector<Burden> open;
  for (int i = 0; i < 64; ++i) open.push_back(burdens.take("ann", mebibyte).value());
  EXPECT_THAT(refusal(burdens, "ann", 1), HasSubstr("of commands and stdin already"));
  EXPECT_EQ(refusal(burdens, "ann", 0), "taken");
  open.front() = Burden();
  EXPECT_EQ(refusal(burdens, "ann", mebibyte), "taken");
  EXPECT_THAT(refusal(burdens, "ann", 2 * mebibyte), HasSubstr("nothing was sent"));
}

}  // namespace
}  // namespace mcpssh::gateway
