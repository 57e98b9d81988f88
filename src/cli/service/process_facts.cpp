#include "cli/service/process_facts.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace mcpssh::cli {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double count_of(const std::filesystem::path& directory) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(directory, error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

/// Since boot, by /proc/self/stat (proc(5), field 22).
double started_after_boot() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  auto at = line.rfind(')');  // the name before it may hold anything
  for (int field = 2; at != std::string::npos && field < 22; ++field) at = line.find(' ', at + 1);
  if (at == std::string::npos) return 0;
  return std::stod(line.substr(at + 1)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0)
    facts.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  std::ifstream memory("/proc/self/statm");
  memory >> facts.virtual_bytes >> facts.resident_bytes;
  facts.virtual_bytes *= page;
  facts.resident_bytes *= page;
  facts.open_fds = count_of("/proc/self/fd");
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_fds = static_cast<double>(limit.rlim_cur);
  return facts;
}

double process_start_time() {
  timespec boot{};
  ::clock_gettime(CLOCK_BOOTTIME, &boot);
  const auto up = static_cast<double>(boot.tv_sec) + static_cast<double>(boot.tv_nsec) / 1e9;
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return now - up + started_after_boot();
}

}  // namespace mcpssh::cli
