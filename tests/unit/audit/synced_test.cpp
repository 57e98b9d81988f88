// Who measures the disk is told of every sync.
#include <gtest/gtest.h>

#include <atomic>

#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

TEST(Synced, EveryRecordThatMustBeOnDiskIsOneSync) {
  const TempDirectory dir;
  std::atomic<int> syncs = 0;
  const Synced count = [&syncs](std::chrono::nanoseconds took) {
    EXPECT_GT(took.count(), 0);
    ++syncs;
  };
  Loop loop;
  auto journal =
      loop.run(Journal::open(loop.context().get_executor(), dir / "audit.jsonl", base::Clock(), count));
  const int opening = syncs;
  EXPECT_GT(opening, 0) << "the start record";
  for (int i = 0; i < 3; ++i) loop.append(*journal, record(Kind::refused, "call"));
  EXPECT_EQ(syncs, opening + 3);
}

}  // namespace
}  // namespace mcpssh::audit::test
