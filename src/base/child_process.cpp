#include "base/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the program

namespace mcpssh::base {
namespace {

[[noreturn]] void fail_start(const std::string& program, int error) {
  const ErrorCode code = error == ENOENT                     ? ErrorCode::not_found
                         : error == EACCES || error == EPERM ? ErrorCode::permission_denied
                                                             : ErrorCode::io_error;
  throw Error(code, "cannot start " + printable(program) + ": " + std::system_category().message(error),
              "check that the program is installed and can be run by the user of this server");
}

/// The two structures posix_spawn wants, given back in every case.
struct SpawnPlan {
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }

  void connect(int target, const UniqueFd& given, int flags) {
    if (given)
      ::posix_spawn_file_actions_adddup2(&files, given.get(), target);
    else
      ::posix_spawn_file_actions_addopen(&files, target, "/dev/null", flags, 0);
  }

  /// A group of its own, and the signals as a program expects them: we ignore SIGPIPE, it must not.
  void detach_from_us() {
    sigset_t all, none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  }

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

/// glibc 2.36 declares pidfd_open without C linkage, so C++ cannot call it.
UniqueFd open_pidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

ChildProcess::End end_of(const siginfo_t& info) {
  ChildProcess::End end;
  if (info.si_code == CLD_EXITED)
    end.exit_code = info.si_status;
  else
    end.signal = info.si_status;
  return end;
}

}  // namespace

ChildProcess ChildProcess::start(const std::vector<std::string>& argv, UniqueFd input, UniqueFd output,
                                 UniqueFd errors) {
  if (argv.empty() || argv.front().empty()) throw Error(ErrorCode::invalid_argument, "no program was named");
  std::vector<char*> pointers;
  for (const auto& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));  // an old signature
  pointers.push_back(nullptr);
  SpawnPlan plan;
  plan.connect(STDIN_FILENO, input, O_RDONLY);
  plan.connect(STDOUT_FILENO, output, O_WRONLY);
  plan.connect(STDERR_FILENO, errors, O_WRONLY);
  plan.detach_from_us();
  pid_t pid = -1;
  const int failed =
      ::posix_spawnp(&pid, pointers.front(), &plan.files, &plan.attributes, pointers.data(), environ);
  if (failed != 0) fail_start(argv.front(), failed);
  ChildProcess child(pid, open_pidfd(pid));
  if (!child.pidfd_) fail_start(argv.front(), errno);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  end();
}

void ChildProcess::kill() noexcept {
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

void ChildProcess::end() noexcept {
  if (pid_ <= 0) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

Task<ChildProcess::End> ChildProcess::wait() {
  const auto executor = co_await asio::this_coro::executor;
  // A duplicate, because the descriptor's service closes what it is given.
  asio::posix::stream_descriptor ended(executor, ::fcntl(pidfd_.get(), F_DUPFD_CLOEXEC, 0));
  co_await ended.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
  siginfo_t info{};
  // The rest of its group goes before it is reaped: afterwards the group's number may be somebody else's.
  kill();
  while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  co_return end_of(info);
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Error(ErrorCode::io_error, "no pipe could be made: " + std::system_category().message(errno));
  Pipe pipe;
  pipe.read.reset(ends[0]);
  pipe.write.reset(ends[1]);
  return pipe;
}

namespace {

using Stream = asio::posix::stream_descriptor;

/// Takes what there is, up to the end, an error, or more than `most_bytes`. Never throws.
Task<void> read_all(Stream& stream, ChildOutput& output, std::size_t most_bytes) {
  std::array<char, 4096> chunk;
  boost::system::error_code failure;
  while (!failure && !output.too_long) {
    const auto buffer = asio::buffer(chunk);
    const std::size_t n =
        co_await stream.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure));
    output.text.append(chunk.data(), n);
    output.too_long = output.text.size() > most_bytes;
  }
}

/// What is in the pipe and was not read yet. A daemon the child left behind may keep it open for ever, so the
/// end of the stream is not waited for.
void read_rest(Stream& stream, ChildOutput& output, std::size_t most_bytes) {
  std::array<char, 4096> chunk;
  boost::system::error_code failure;
  stream.non_blocking(true, failure);
  while (!failure && output.text.size() <= most_bytes) {
    const std::size_t n = stream.read_some(asio::buffer(chunk), failure);
    output.text.append(chunk.data(), n);
  }
  output.too_long = output.text.size() > most_bytes;
}

}  // namespace

Task<ChildOutput> output_of(std::vector<std::string> argv, std::size_t most_bytes,
                            std::chrono::milliseconds timeout) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  Pipe pipe = make_pipe();
  ChildProcess child = ChildProcess::start(argv, UniqueFd(), std::move(pipe.write));
  Stream stream(executor, pipe.read.release());
  asio::steady_timer alarm(executor, timeout);
  ChildOutput output;
  output.text.reserve(most_bytes + 4096);  // never grows: it may be a secret, and a copy would stay behind
  auto first = co_await (read_all(stream, output, most_bytes) || child.wait() ||
                         alarm.async_wait(asio::use_awaitable));
  if (first.index() == 0) {
    if (output.too_long) child.kill();
    auto second = co_await (child.wait() || alarm.async_wait(asio::use_awaitable));
    if (second.index() == 0) {
      output.end = std::get<0>(second);
      co_return output;
    }
  } else if (first.index() == 1) {
    output.end = std::get<1>(first);
    read_rest(stream, output, most_bytes);
    co_return output;
  }
  throw Error(ErrorCode::timed_out, printable(argv.front()) + " did not end within " +
                                        std::to_string(timeout.count()) + " ms and was killed");
}

}  // namespace mcpssh::base
