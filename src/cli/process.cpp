#include "cli/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>

namespace mcpssh::cli {

void harden_process() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace mcpssh::cli
