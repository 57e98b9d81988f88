#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"

namespace mcpssh::base {
namespace {

TEST(Ids, AreFreshPrefixedAndSortable) {
  std::set<CallId> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(CallId::fresh());
  EXPECT_EQ(seen.size(), 1000u);
  for (const auto& id : seen) {
    EXPECT_TRUE(id.str().starts_with("call_"));
    EXPECT_EQ(id.str().size(), 21u);
  }
}

TEST(Ids, DefaultIsEmptyAndTextSurvives) {
  EXPECT_TRUE(CallId().empty());
  EXPECT_EQ(CallId("call_1").str(), "call_1");
}

TEST(RandomHex, GivesTwoDigitsAByteAndRefusesWhatTheKernelMightCutShort) {
  EXPECT_EQ(random_hex(256).size(), 512u);
  EXPECT_EQ(random_hex(8).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_THROW(random_hex(257), Error);
}

}  // namespace
}  // namespace mcpssh::base
