#include "mcp/lists/uri_template.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mcpssh::testing {
namespace {

using mcp::UriTemplate;
using mcp::Variables;

TEST(UriTemplate, MatchesItsShapeAndNothingElse) {
  const UriTemplate pattern("ssh://{host}/job/{id}");
  EXPECT_EQ(pattern.match("ssh://web1/job/7"), (Variables{{"host", "web1"}, {"id", "7"}}));
  for (const auto* uri : {"", "ssh://web1/job/", "ssh:///job/7", "ssh://web1/job/7/8", "ssh://a/b/job/7",
                          "SSH://web1/job/7", "xssh://web1/job/7"})
    EXPECT_FALSE(pattern.match(uri)) << uri;
}

TEST(UriTemplate, AReservedVariableHoldsSlashes) {
  const UriTemplate pattern("file://{host}/{+path}");
  EXPECT_EQ(pattern.match("file://web1/etc/../shadow"),
            (Variables{{"host", "web1"}, {"path", "etc/../shadow"}}));
}

TEST(UriTemplate, APlainVariableMayDecodeToASlashButNeverHoldOne) {
  const UriTemplate pattern("x://{a}");
  EXPECT_EQ(pattern.match("x://a%2fb"), (Variables{{"a", "a/b"}}));
  EXPECT_FALSE(pattern.match("x://a/b"));
}

TEST(UriTemplate, RefusesBadPercentEncodingAndIllFormedText) {
  const UriTemplate pattern("x://{a}");
  for (const auto* uri : {"x://%", "x://%4", "x://%g0", "x://%ff"}) EXPECT_FALSE(pattern.match(uri)) << uri;
  EXPECT_FALSE(pattern.match("x://" + std::string(5000, 'a')));
}

TEST(UriTemplate, WithoutVariablesMatchesItself) {
  EXPECT_TRUE(UriTemplate("x://y").match("x://y"));
  EXPECT_FALSE(UriTemplate("x://y").match("x://yz"));
}

TEST(UriTemplate, OfWhatItDoesNotKnowIsRefused) {
  for (const auto* text :
       {"x://{a", "x://a}{b}", "x://{a}{b}", "x://{?q}", "x://{a,b}", "x://{}", "x://{a}/{a}"})
    EXPECT_THROW(UriTemplate{text}, base::Error) << text;
}

}  // namespace
}  // namespace mcpssh::testing
