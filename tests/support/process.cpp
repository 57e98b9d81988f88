#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace mcpssh::test {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what, int error = errno) {
  throw std::system_error(error, std::system_category(), what);
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
  base::UniqueFd read_end, write_end;
};

base::UniqueFd memory_file(const char* name) {
  base::UniqueFd fd(::memfd_create(name, MFD_CLOEXEC));
  if (!fd) fail("memfd_create");
  return fd;
}

/// A reader's offset of its own: the child's writes move the shared one.
std::string content(int fd) {
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t n = ::pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(text.size()));
    if (n <= 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

/// True when `fd` is readable (or hung up) before `deadline`.
bool readable_before(int fd, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd entry{fd, POLLIN, 0};
    const int n = ::poll(&entry, 1, left > 0 ? static_cast<int>(left) : 0);
    if (n > 0) return true;
    if (n == 0) return false;
    if (errno != EINTR) fail("poll");
  }
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (auto& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) out.emplace_back(text);
  }
  for (const auto& [name, value] : added) out.push_back(name + "=" + value);
  return out;
}

/// A child that has gone away is an error of the test, not the end of the test program.
class PipeSignalBlocked {
 public:
  PipeSignalBlocked() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  PipeSignalBlocked(const PipeSignalBlocked&) = delete;
  PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;
  ~PipeSignalBlocked() {
    const timespec now{};
    while (::sigtimedwait(&pipe_, nullptr, &now) > 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{}, before_{};
};

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  void dup(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void change_directory(const std::string& path) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, path.c_str());
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Process::Process(Options options) {
  Pipe in, out;
  base::UniqueFd out_file = memory_file("stdout");
  stderr_ = memory_file("stderr");
  FileActions actions;
  actions.dup(in.read_end.get(), 0);
  actions.dup(options.pipe_stdout ? out.write_end.get() : out_file.get(), 1);
  actions.dup(stderr_.get(), 2);
  if (!options.directory.empty()) actions.change_directory(options.directory.string());

  // setpriv is how a spawned child asks to die with us: posix_spawn has no hook between fork and exec.
  std::vector<std::string> words{"setpriv", "--pdeathsig", "KILL", "--"};
  words.insert(words.end(), options.argv.begin(), options.argv.end());
  std::vector<std::string> variables = environment_with(options.env);
  auto argv = pointers(words);
  auto envp = pointers(variables);
  const int error = ::posix_spawnp(&pid_, argv[0], actions.get(), nullptr, argv.data(), envp.data());
  if (error != 0) fail("start " + options.argv.at(0), error);
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  stdin_ = std::move(in.write_end);
  stdout_ = options.pipe_stdout ? std::move(out.read_end) : std::move(out_file);
}

Process::~Process() {
  if (!pidfd_ || status_) return;
  signal(SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

std::string Process::out() const {
  return content(stdout_.get());
}
std::string Process::err() const {
  return content(stderr_.get());
}

void Process::write(std::string_view bytes) {
  const PipeSignalBlocked blocked;
  while (!bytes.empty()) {
    const ssize_t n = ::write(stdin_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write to the child's stdin");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::optional<std::string> Process::read_line(std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (!readable_before(stdout_.get(), deadline))
      throw std::runtime_error("the child wrote no line in time; its stderr: " + err());
    std::array<char, 65536> chunk{};
    const ssize_t n = ::read(stdout_.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    unread_.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

void Process::signal(int number) const {
  // Through the pidfd, so that a reused process id is never hit.
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
  if (status_) return status_;
  if (!readable_before(pidfd_.get(), Clock::now() + limit)) return std::nullopt;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0)
    if (errno != EINTR) fail("waitpid");
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

void Process::stop() {
  if (status_) return;
  signal(SIGTERM);
  if (wait(5s)) return;
  signal(SIGKILL);
  wait(5s);
}

Finished run(std::vector<std::string> argv, std::chrono::milliseconds limit) {
  Process::Options options;
  options.argv = std::move(argv);
  return run_to_end(std::move(options), limit);
}

Finished run_to_end(Process::Options options, std::chrono::milliseconds limit) {
  const std::string name = options.argv.at(0);
  Process process(std::move(options));
  process.close_stdin();
  const auto code = process.wait(limit);
  if (!code) throw std::runtime_error(name + " did not end in time; its stderr: " + process.err());
  return {*code, process.out(), process.err()};
}

std::string run_ok(std::vector<std::string> argv, std::chrono::milliseconds limit) {
  std::string words;
  for (const auto& word : argv) words += word + " ";
  Finished finished = run(std::move(argv), limit);
  if (finished.exit_code != 0)
    throw std::runtime_error(words + "ended with " + std::to_string(finished.exit_code) + ": " +
                             finished.err + finished.out);
  return std::move(finished.out);
}

}  // namespace mcpssh::test
