#include "base/seats.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace mcpssh::base {
namespace {

TEST(Seats, NoUserTakesThemAll) {
  Seats seats({.all = 4, .of_one_user = 2});
  auto first = seats.take(1000);
  const auto second = seats.take(1000);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(seats.take(1000));
  EXPECT_TRUE(seats.take(1001));
  first.reset();
  EXPECT_TRUE(seats.take(1000)) << "a seat that was given back is free";
}

TEST(Seats, TheLastOnesAreRoots) {
  Seats seats({.all = 3, .of_one_user = 2, .for_root = 1});
  const auto one = seats.take(1000);
  const auto two = seats.take(1001);
  EXPECT_FALSE(seats.take(1002));
  const auto root = seats.take(0);
  EXPECT_TRUE(root);
  EXPECT_FALSE(seats.take(0));
}

TEST(Seats, ASeatMayOutliveThem) {
  std::optional<Seats> seats(std::in_place, Seats::Limits{.all = 1, .of_one_user = 1});
  const auto seat = seats->take(1000);
  seats.reset();
  EXPECT_TRUE(seat);
}

}  // namespace
}  // namespace mcpssh::base
