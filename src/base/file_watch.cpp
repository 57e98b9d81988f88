#include "base/file_watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/watched_path.hpp"

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;

/// Editors and configuration tools write, chmod and rename within a few milliseconds of each other.
constexpr auto settle_time = 100ms;
/// A file that never comes to rest is read anyway.
constexpr auto longest_settle = 2s;

/// For a directory on the way: a name in it appears, goes, or is exchanged. IN_ATTRIB: a configuration
/// refused for its mode, or its directory's, is read again after the chmod.
constexpr std::uint32_t lookups = IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
/// For the last directory also what happens to the bytes.
constexpr std::uint32_t contents = lookups | IN_CLOSE_WRITE | IN_MODIFY;
/// These concern the watched directory itself, or say that events were lost.
constexpr std::uint32_t always = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_Q_OVERFLOW;

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(
      ErrorCode::io_error, fmt::format("{}: {}", what, std::system_category().message(error)),
      "raise fs.inotify.max_user_watches and max_user_instances, or restart the server after a change of "
      "its files");
}

int open_inotify() {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) fail("cannot watch for changes of files", errno);
  return fd;
}

/// A directory that has just gone is no failure of the watch: the way is looked up again. Nor is one on the
/// way that may be passed through but not listed.
bool may_be_missing(int error, bool last) {
  return error == ENOENT || error == ENOTDIR || (error == EACCES && !last);
}

/// A step on the way to one of the files.
struct WatchedStep {
  PathStep step;
  bool last = false;  ///< the file itself is looked up here
  bool operator==(const WatchedStep&) const = default;
};

}  // namespace

struct FileWatch::State {
  State(Executor executor, std::vector<std::filesystem::path> watched)
      : files(std::move(watched)), inotify(executor, open_inotify()), timer(executor) {
    arm();
  }

  void arm();
  bool drain();
  [[nodiscard]] bool concerns(const inotify_event& event) const;
  Task<void> readable();
  Task<void> pause();

  [[nodiscard]] std::vector<WatchedStep> steps() const;
  void watch(const WatchedStep& step, std::map<int, std::set<std::string>>& into);

  std::vector<std::filesystem::path> files;
  asio::posix::stream_descriptor inotify;
  asio::steady_timer timer;
  /// By watch descriptor: the entries of that directory that matter.
  std::map<int, std::set<std::string>> names;
  bool dirty = false;  ///< a change was seen and not told yet
};

/// The ways to all files. The last steps come last, so that a directory that is both passed through and
/// looked into keeps the wider mask.
std::vector<WatchedStep> FileWatch::State::steps() const {
  std::vector<WatchedStep> on_the_way, last;
  for (const auto& file : files) {
    const auto way = path_steps(file);
    for (const PathStep& step : way)
      (&step == &way.back() ? last : on_the_way).push_back(WatchedStep{step, &step == &way.back()});
  }
  on_the_way.insert(on_the_way.end(), last.begin(), last.end());
  return on_the_way;
}

void FileWatch::State::watch(const WatchedStep& step, std::map<int, std::set<std::string>>& into) {
  const auto& [directory, name] = step.step;
  const int watch =
      ::inotify_add_watch(inotify.native_handle(), directory.c_str(), step.last ? contents : lookups);
  if (watch >= 0)
    into[watch].insert(name.string());
  else if (!may_be_missing(errno, step.last))
    fail(fmt::format("cannot watch {}", directory.string()), errno);
}

/// Watches the ways as they are now; again when they changed meanwhile, so that no directory is missed.
void FileWatch::State::arm() {
  constexpr int most_rounds = 8;
  std::vector<WatchedStep> ways = steps();
  for (int round = 0; round < most_rounds; ++round) {
    std::map<int, std::set<std::string>> next;
    for (const WatchedStep& step : ways) watch(step, next);
    for (const auto& [descriptor, unused] : names)
      if (!next.contains(descriptor)) ::inotify_rm_watch(inotify.native_handle(), descriptor);
    names = std::move(next);
    auto again = steps();
    if (again == ways) return;
    ways = std::move(again);
  }
}

bool FileWatch::State::concerns(const inotify_event& event) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
  const auto watched = names.find(event.wd);
  if (watched == names.end()) return false;
  if ((event.mask & always) != 0) return true;
  return event.len > 0 && watched->second.contains(event.name);
}

/// Takes all events there are; true when one of them concerns the file.
bool FileWatch::State::drain() {
  bool found = false;
  alignas(inotify_event) std::array<char, 8192> buffer;
  for (;;) {
    const ssize_t length = ::read(inotify.native_handle(), buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno != EAGAIN) fail("cannot read the changes of files", errno);
    if (length <= 0) return found;
    for (std::size_t at = 0; at < static_cast<std::size_t>(length);) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      found = concerns(*event) || found;
      at += sizeof(inotify_event) + event->len;
    }
  }
}

Task<void> FileWatch::State::readable() {
  boost::system::error_code failure;
  co_await inotify.async_wait(asio::posix::stream_descriptor::wait_read,
                              asio::redirect_error(asio::use_awaitable, failure));
  if (failure == asio::error::operation_aborted) throw Error(ErrorCode::cancelled, "watching was cancelled");
  if (failure) fail("cannot wait for changes of files", failure.value());
}

Task<void> FileWatch::State::pause() {
  boost::system::error_code failure;
  timer.expires_after(settle_time);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, failure));
  if (failure) throw Error(ErrorCode::cancelled, "watching was cancelled");
}

FileWatch::FileWatch(Executor executor, std::filesystem::path file)
    : FileWatch(std::move(executor), std::vector<std::filesystem::path>{std::move(file)}) {}

FileWatch::FileWatch(Executor executor, std::vector<std::filesystem::path> files)
    : state_(std::make_unique<State>(std::move(executor), std::move(files))) {}

FileWatch::~FileWatch() = default;

Task<void> FileWatch::changed() {
  State& state = *state_;
  while (!state.dirty) {
    co_await state.readable();
    state.dirty = state.drain();
  }
  const auto latest = std::chrono::steady_clock::now() + longest_settle;
  do {
    state.arm();
    co_await state.pause();
  } while (state.drain() && std::chrono::steady_clock::now() < latest);
  state.arm();
  state.dirty = false;
}

}  // namespace mcpssh::base
