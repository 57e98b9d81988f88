// Very many sessions on few threads: all usable, small, and gone without a trace.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {
using std::chrono::steady_clock;

/// MCP_TEST_SESSIONS=1000 measures what docs/performance.md says; a few show the same here.
int wanted_sessions() {
  const char* given = std::getenv("MCP_TEST_SESSIONS");
  return given != nullptr ? std::stoi(given) : 100;
}

long resident_bytes() {
  std::ifstream file("/proc/self/statm");
  long size = 0, resident = 0;
  file >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

double cpu_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

double since(steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

class Sessions : public PoolTest {
 protected:
  void say(const std::string& what, double value) {
    RecordProperty(what, fmt::format("{:.2f}", value));
    fmt::print("    {}: {:.2f}\n", what, value);
  }
};

TEST_F(Sessions, AreSmallAndAllUsable) {
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &descriptors);
  const auto server = server_with_user({"MaxStartups 1000", "LogLevel ERROR"});
  auto target = user_target(*server, directory_);
  const int count = wanted_sessions();

  {
    const auto warm_up = acquire(target);
  }
  const auto before = resident_bytes();
  auto begin = steady_clock::now();
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < count; ++i) {
    target.name = "web" + std::to_string(i + 2);
    all.push_back(start_acquire(target));
  }
  for (const auto& each : all) {
    wait_for(*each);
    ASSERT_FALSE(each->error) << each->error->message();
  }
  say("opened in ms", since(begin));
  const double each_kib = static_cast<double>(resident_bytes() - before) / 1024 / count;
  say("KiB each, fresh", each_kib);

  std::vector<double> took;
  for (const auto& each : all) {
    begin = steady_clock::now();
    ASSERT_EQ(run(each->lease, "true").result.exit_code, 0);
    took.push_back(since(begin));
  }
  std::ranges::sort(took);
  say("true, p50 ms", took[took.size() / 2]);
  say("true, p99 ms", took[took.size() * 99 / 100]);
  say("KiB each, used", static_cast<double>(resident_bytes() - before) / 1024 / count);

  const double cpu = cpu_ms();
  loop_.run(pause(10s));
  say("CPU ms in 10 idle s", cpu_ms() - cpu);
  EXPECT_LT(each_kib, 64);
  EXPECT_EQ(pool_->entries().size(), static_cast<std::size_t>(count) + 1);
}

}  // namespace
}  // namespace mcpssh::test
