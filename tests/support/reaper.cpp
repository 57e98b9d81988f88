#include "support/reaper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <system_error>

extern char** environ;

namespace mcpssh::test {

Reaper::Reaper(const std::string& script) {
  std::array<int, 2> alive{}, done{};
  if (::pipe2(alive.data(), O_CLOEXEC) != 0 || ::pipe2(done.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::system_category(), "pipe2");
  const base::UniqueFd watched(alive[0]), held(done[1]);
  alive_.reset(alive[1]);
  done_.reset(done[0]);

  // Its own session and an orphan at once: whoever kills our process group or our process tree does not find
  // it. A background job's stdin is /dev/null, hence descriptor 3.
  std::string program =
      "exec 3<&0\n(trap '' HUP INT TERM; exec 2>/dev/null; cat <&3 >/dev/null; exec 3<&-\n" + script +
      "\n) &\n";
  std::string name = "setsid", shell = "/bin/sh", flag = "-c";
  std::array<char*, 5> argv{name.data(), shell.data(), flag.data(), program.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, watched.get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, held.get(), 1);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, "setsid", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::system_category(), "start setsid");
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
}

Reaper::~Reaper() {
  if (!alive_) return;
  alive_.reset();
  pollfd ended{done_.get(), POLLIN, 0};
  // Bounded, so that a clean-up that hangs is seen as a leftover and not as a hanging test.
  while (::poll(&ended, 1, 20'000) < 0 && errno == EINTR) {
  }
}

}  // namespace mcpssh::test
