#include "lab/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "base/error.hpp"
#include "lab/session_members.hpp"

namespace mcpssh::lab {
namespace {

struct SignalName {
  int number;
  std::string_view name;
};
constexpr std::array<SignalName, 13> rfc_signals{{{SIGABRT, "ABRT"},
                                                  {SIGALRM, "ALRM"},
                                                  {SIGFPE, "FPE"},
                                                  {SIGHUP, "HUP"},
                                                  {SIGILL, "ILL"},
                                                  {SIGINT, "INT"},
                                                  {SIGKILL, "KILL"},
                                                  {SIGPIPE, "PIPE"},
                                                  {SIGQUIT, "QUIT"},
                                                  {SIGSEGV, "SEGV"},
                                                  {SIGTERM, "TERM"},
                                                  {SIGUSR1, "USR1"},
                                                  {SIGUSR2, "USR2"}}};

void require(bool done, int error, const std::string& what) {
  if (!done)
    throw base::Error(base::ErrorCode::io_error,
                      "cannot " + what + ": " + std::system_category().message(error));
}

void make_nonblocking(const base::UniqueFd& fd) {
  require(::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK) == 0, errno, "set up a pipe");
}

struct Pipe {
  base::UniqueFd read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    require(::pipe2(ends.data(), O_CLOEXEC) == 0, errno, "make a pipe");
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
};

/// posix_spawn's two option objects, set for a fresh session with default signals and no inherited
/// descriptors. posix_spawn, not fork: the process has threads, and whatever ran between fork and exec might
/// need their locks.
class Launch {
 public:
  explicit Launch(const std::filesystem::path& directory) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;
  ~Launch() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void put(const base::UniqueFd& fd, int at) { ::posix_spawn_file_actions_adddup2(&actions_, fd.get(), at); }
  void open(const std::string& path, int at) {
    ::posix_spawn_file_actions_addopen(&actions_, at, path.c_str(), O_RDWR, 0);
  }
  void copy(int from, int at) { ::posix_spawn_file_actions_adddup2(&actions_, from, at); }

  pid_t run(const Process::Spec& spec) {
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    const auto arguments = pointers(spec.arguments), environment = pointers(spec.environment);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, spec.arguments.front().c_str(), &actions_, &attributes_,
                                    arguments.data(), environment.data());
    require(error == 0, error, "start " + spec.arguments.front() + " in " + spec.directory.string());
    return pid;
  }

 private:
  static std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void set_size(int terminal, const Terminal& size) {
  winsize window{};
  window.ws_col = static_cast<unsigned short>(std::min(size.columns, 0xffffU));
  window.ws_row = static_cast<unsigned short>(std::min(size.rows, 0xffffU));
  ::ioctl(terminal, TIOCSWINSZ, &window);
}

}  // namespace

Process::Process(const Spec& spec) : on_terminal_(spec.terminal.has_value()) {
  on_terminal_ ? start_on_terminal(spec) : start_on_pipes(spec);
  // Not pidfd_open(): glibc 2.36 declares it without extern "C".
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (pidfd_) return;
  const int error = errno;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  require(false, error, "watch the child process");
}

void Process::start_on_pipes(const Spec& spec) {
  Pipe in, out, err;
  make_nonblocking(in.write_end);
  make_nonblocking(out.read_end);
  make_nonblocking(err.read_end);
  Launch launch(spec.directory);
  launch.put(in.read_end, STDIN_FILENO);
  launch.put(out.write_end, STDOUT_FILENO);
  launch.put(err.write_end, STDERR_FILENO);
  pid_ = launch.run(spec);
  in_ = std::move(in.write_end);
  out_ = std::move(out.read_end);
  err_ = std::move(err.read_end);
}

void Process::start_on_terminal(const Spec& spec) {
  base::UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  require(static_cast<bool>(master), errno, "open a terminal");
  std::array<char, 128> name{};
  require(::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0, errno, "unlock a terminal");
  require(::ptsname_r(master.get(), name.data(), name.size()) == 0, errno, "name a terminal");
  set_size(master.get(), *spec.terminal);
  make_nonblocking(master);
  Launch launch(spec.directory);
  launch.open(name.data(), STDIN_FILENO);  // the session leader's first terminal becomes its controlling one
  launch.copy(STDIN_FILENO, STDOUT_FILENO);
  launch.copy(STDIN_FILENO, STDERR_FILENO);
  pid_ = launch.run(spec);
  out_ = std::move(master);
}

Process::~Process() {
  in_.reset();
  out_.reset();
  err_.reset();
  ::kill(-pid_, SIGKILL);
  if (on_terminal_) kill_session(pid_);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::size_t Process::take_input(std::string_view bytes) {
  const int fd = on_terminal_ ? out_.get() : in_.get();
  if (fd < 0) return bytes.size();
  const ssize_t n = ::write(fd, bytes.data(), bytes.size());
  if (n >= 0) return static_cast<std::size_t>(n);
  if (errno == EAGAIN || errno == EINTR) return 0;
  in_.reset();  // nobody reads any more: what still comes is dropped, as a shell would do
  return bytes.size();
}

void Process::end_input() {
  in_.reset();
}

std::string Process::read(Stream stream, std::size_t max) {
  base::UniqueFd& fd = stream == Stream::out ? out_ : err_;
  if (!fd || max == 0) return {};
  std::string bytes(max, '\0');
  const ssize_t n = ::read(fd.get(), bytes.data(), max);
  if (n > 0) {
    bytes.resize(static_cast<std::size_t>(n));
    return bytes;
  }
  const bool nothing_yet = n < 0 && (errno == EAGAIN || errno == EINTR);
  // A job left behind on the terminal could keep it open for ever; the session ends with its shell.
  if (!nothing_yet || (on_terminal_ && exit_)) fd.reset();
  return {};
}

std::optional<Exit> Process::exit() {
  if (exit_) return exit_;
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0)
    return std::nullopt;
  exit_.emplace();
  if (info.si_code == CLD_EXITED)
    exit_->status = info.si_status;
  else
    exit_->signal = info.si_status;
  exit_->core_dumped = info.si_code == CLD_DUMPED;
  return exit_;
}

bool Process::finished() const {
  return exit_ && !out_ && !err_;
}

void Process::resize(const Terminal& terminal) {
  if (on_terminal_ && out_) set_size(out_.get(), terminal);
}

void Process::signal(std::string_view name) {
  const auto* const known = std::ranges::find(rfc_signals, name, &SignalName::name);
  if (known != rfc_signals.end()) ::kill(-pid_, known->number);
}

void Process::add_waits(std::vector<pollfd>& waits, bool want_output, bool want_input) const {
  if (!exit_) waits.push_back({pidfd_.get(), POLLIN, 0});
  const auto add = [&waits](const base::UniqueFd& fd, bool wanted, short events) {
    if (fd && wanted) waits.push_back({fd.get(), events, 0});
  };
  add(out_, want_output, POLLIN);
  add(err_, want_output, POLLIN);
  add(on_terminal_ ? out_ : in_, want_input, POLLOUT);
}

std::string signal_name(int number) {
  const auto* const known = std::ranges::find(rfc_signals, number, &SignalName::number);
  if (known != rfc_signals.end()) return std::string(known->name);
  const char* name = ::sigabbrev_np(number);
  return (name != nullptr ? std::string(name) : std::to_string(number)) + "@openssh.com";
}

}  // namespace mcpssh::lab
