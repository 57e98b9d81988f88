// Whose a shared connection is.
#include "gateway/rights/usage.hpp"

#include <gmock/gmock.h>

namespace mcpssh::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ssh::Pool::Entry entry(std::uint64_t number, std::uint64_t carrier = 0) {
  ssh::Pool::Entry entry;
  entry.number = number;
  entry.carrier = carrier;
  return entry;
}

TEST(Usage, AConnectionIsTheirsWhoUsedItUntilTheyLeave) {
  Usage usage;
  const Usage::Entries open{entry(1), entry(2)};
  usage.note(1, "ann");
  usage.note(1, "bob");
  usage.note(1, "ann");
  EXPECT_THAT(usage.users(1, open), ElementsAre("ann", "bob"));
  EXPECT_THAT(usage.users(2, open), IsEmpty());
  usage.leave(1, "ann");
  EXPECT_THAT(usage.users(1, open), ElementsAre("bob"));
  usage.leave("bob");
  EXPECT_THAT(usage.users(1, open), IsEmpty());
}

TEST(Usage, AWayIsTheirsWhoUseWhatItCarries) {
  Usage usage;
  const Usage::Entries open{entry(1), entry(2, 1), entry(3, 2)};
  usage.note(3, "ann");
  usage.note(2, "bob");
  EXPECT_THAT(usage.users(1, open), ElementsAre("ann", "bob"));
  EXPECT_THAT(usage.users(2, open), ElementsAre("ann", "bob"));
  EXPECT_THAT(usage.users(3, open), ElementsAre("ann"));
  EXPECT_THAT(usage.users(1, {entry(1)}), IsEmpty()) << "what it carried has closed";
}

TEST(Usage, ClosedConnectionsAreForgotten) {
  Usage usage;
  usage.note(1, "ann");
  usage.note(2, "ann");
  usage.keep_only({entry(2)});
  EXPECT_THAT(usage.users(1, {entry(1), entry(2)}), IsEmpty());
  EXPECT_THAT(usage.users(2, {entry(1), entry(2)}), ElementsAre("ann"));
}

}  // namespace
}  // namespace mcpssh::gateway
