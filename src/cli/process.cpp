#include "cli/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace mcpssh::cli {
namespace {

/// Each SSH connection takes two descriptors, and the usual soft limit is 1,024.
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// A standard descriptor that is closed would become our journal or a connection, and be written to.
void fill_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0) [[maybe_unused]]
      const int lowest = ::open("/dev/null", O_RDONLY);
}

}  // namespace

void harden_process() {
  fill_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  allow_all_descriptors();
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace mcpssh::cli
