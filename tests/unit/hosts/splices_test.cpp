// Changes of a text that are made all at once.
#include "hosts/edit/splices.hpp"

#include <gtest/gtest.h>

namespace mcpssh::hosts {
namespace {

TEST(Splices, GoWhereTheyBelongInWhateverOrderTheyCome) {
  EXPECT_EQ(spliced("abcdef", {{4, 5, "X"}, {0, 0, ">"}, {6, 6, "<"}}), ">abcdXf<");
}

TEST(Splices, ThoseAtOnePlaceStayAsGivenHoweverManyThereAre) {
  std::vector<Splice> splices;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    splices.push_back({3, 3, std::to_string(i) + " "});
    expected += splices.back().text;
  }
  splices.push_back({0, 1, ""});
  EXPECT_EQ(spliced("abc", splices), "bc" + expected);
}

TEST(Splices, AnInsertionWhereSomethingIsReplacedGoesBeforeIt) {
  EXPECT_EQ(spliced("abcdef", {{2, 4, "X"}, {2, 2, ">"}}), "ab>Xef");
  EXPECT_EQ(spliced("abcdef", {{2, 2, ">"}, {2, 4, "X"}}), "ab>Xef");
}

}  // namespace
}  // namespace mcpssh::hosts
