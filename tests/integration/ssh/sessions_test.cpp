// Many sessions on few threads: all usable, and small. `./dev bench ssh sessions` measures a thousand.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {
constexpr int count = 100;
/// ThreadSanitizer and AddressSanitizer keep books of every byte, and what was freed.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr long most_bytes_each = 1024 * 1024;
#else
constexpr long most_bytes_each = 64 * 1024;
#endif

long resident_bytes() {
  std::ifstream file("/proc/self/statm");
  long size = 0, resident = 0;
  file >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

class Sessions : public PoolTest {};

TEST_F(Sessions, AreSmallAndAllUsable) {
  const auto server = server_with_user({"MaxStartups 1000", "LogLevel ERROR"});
  auto target = user_target(*server, directory_);
  {
    const auto warm_up = acquire(target);
  }
  const auto before = resident_bytes();
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < count; ++i) {
    target.name = "web" + std::to_string(i + 2);
    all.push_back(start_acquire(target));
  }
  for (const auto& each : all) {
    wait_for(*each);
    ASSERT_FALSE(each->error) << each->error->message();
  }
  EXPECT_LT((resident_bytes() - before) / count, most_bytes_each);
  for (const auto& each : all) ASSERT_EQ(run(each->lease, "true").result.exit_code, 0);
  EXPECT_EQ(pool_->entries().size(), static_cast<std::size_t>(count) + 1);
}

}  // namespace
}  // namespace mcpssh::test
