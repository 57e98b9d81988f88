#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <new>

namespace mcpssh::base {
namespace {

/// The bytes of a Secret object itself: where a short text lives.
bool holds(const Secret& secret, std::string_view text) {
  const std::string_view object(reinterpret_cast<const char*>(&secret), sizeof secret);
  return object.find(text) != std::string_view::npos;
}

TEST(Secret, GivesItsBytesOnlyWhenAsked) {
  const Secret secret("hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, LeavesNothingBehindWhenMovedFrom) {
  Secret first("hunter2");
  ASSERT_TRUE(holds(first, "hunter2"));
  const Secret second(std::move(first));
  EXPECT_FALSE(holds(first, "hunter2"));
  EXPECT_EQ(second.reveal(), "hunter2");

  Secret third;
  Secret fourth("swordfish");
  third = std::move(fourth);
  EXPECT_FALSE(holds(fourth, "swordfish"));
  EXPECT_EQ(third.reveal(), "swordfish");
}

TEST(Secret, WipesItsOldBytesWhenReplaced) {
  Secret secret("hunter2");
  secret = Secret("x");
  EXPECT_FALSE(holds(secret, "unter2"));
  const Secret other("swordfish");
  secret = other;
  EXPECT_EQ(secret.reveal(), "swordfish");
  EXPECT_EQ(other.reveal(), "swordfish");
}

TEST(Secret, WipesItselfWhenItDies) {
  alignas(Secret) std::array<unsigned char, sizeof(Secret)> room{};
  auto* secret = new (room.data()) Secret("hunter2");
  std::destroy_at(secret);
  const std::string_view left(reinterpret_cast<const char*>(room.data()), room.size());
  EXPECT_EQ(left.find("hunter2"), std::string_view::npos);
}

TEST(Secret, SurvivesAssignmentToItself) {
  Secret secret("hunter2");
  Secret& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal(), "hunter2");
  secret = std::move(same);
  EXPECT_EQ(secret.reveal(), "hunter2");
}

}  // namespace
}  // namespace mcpssh::base
