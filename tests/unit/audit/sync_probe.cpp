#include "sync_probe.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<int> sync_calls{0};
std::atomic<bool> sync_fails{false};

}  // namespace

/// Found before the C library's because it is in the program.
extern "C" int fdatasync(int fd) {
  ++sync_calls;
  if (sync_fails) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

namespace mcpssh::audit::test {

int SyncProbe::calls() {
  return sync_calls;
}
void SyncProbe::fail(bool on) {
  sync_fails = on;
}

}  // namespace mcpssh::audit::test
