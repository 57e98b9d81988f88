#include "transport/http/access_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "transport/local/blocking_io.hpp"

namespace mcpssh::transport {
namespace {

using base::Error;
using base::ErrorCode;

/// For what is queued at the end.
constexpr std::chrono::seconds farewell{1};

base::UniqueFd open_place(const std::string& place) {
  base::UniqueFd fd(place == "-"
                        ? ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
                        : ::open(place.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd)
    throw Error(ErrorCode::invalid_config,
                "the access log " + place + " cannot be opened: " + std::generic_category().message(errno),
                "give a file this user may write with --access-log, or - for stderr");
  return fd;
}

}  // namespace

struct AccessLog::State {
  State(std::string where, base::Log to, std::size_t most)
      : place(std::move(where)), log(std::move(to)), most_bytes(most), fd(open_place(place)) {}

  void run();
  // The writer's, without the lock.
  /// False when it could not be written.
  bool put(const std::string& text);
  /// 0, or the errno.
  int write_out(std::string_view bytes);
  void open_again();

  const std::string place;
  const base::Log log;
  const std::size_t most_bytes;
  StopSignal stop;

  std::mutex mutex;
  std::condition_variable changed;
  std::string queue;               ///< lines, each with its newline
  std::uint64_t queued_lines = 0;  ///< in it
  std::size_t old_bytes = 0;       ///< of it: said before the file was to be opened again
  std::uint64_t lost = 0;          ///< in all
  std::uint64_t unsaid = 0;        ///< of them the log does not say yet
  bool reopening = false;
  bool ending = false;
  bool ended = false;

  // The writer's own.
  base::UniqueFd fd;
  bool failing = false;  ///< the last write went wrong, and a line may be torn

  std::thread writer;  ///< last: it uses all of this
};

void AccessLog::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return ending || reopening || !queue.empty(); });
    auto text = std::exchange(queue, {});
    const auto lines = std::exchange(queued_lines, 0);
    const auto gone = std::exchange(unsaid, 0);
    const bool again = std::exchange(reopening, false);
    const auto old = std::exchange(old_bytes, 0);
    const bool last = ending;
    lock.unlock();
    if (gone > 0)
      text += fmt::format("{{\"ts\":\"{}\",\"dropped\":{}}}\n",
                          base::rfc3339(std::chrono::system_clock::now()), gone);
    bool written = true;
    if (again) {
      written = put(text.substr(0, old));
      text.erase(0, old);
      open_again();
    }
    written = put(text) && written;
    lock.lock();
    if (!written) lost += lines, unsaid += lines + gone;
    if (last && queue.empty()) break;
  }
  ended = true;
  changed.notify_all();
}

bool AccessLog::State::put(const std::string& text) {
  if (text.empty()) return true;
  const int error = write_out(failing ? "\n" + text : text);
  // Said once, and not of stderr, where it would go the same way.
  if (error != 0 && !failing && place != "-")
    log.error("the access log " + place +
              " cannot be written, lines are lost: " + std::generic_category().message(error));
  failing = error != 0;
  return !failing;
}

int AccessLog::State::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    if (wait_ready(fd.get(), POLLOUT, stop) == Readiness::stopped) return ECANCELED;
    // A pipe that polls as writable has room for this much; more could block for ever.
    const auto count = ::write(fd.get(), bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR && errno != EAGAIN)
      return errno;
  }
  return 0;
}

void AccessLog::State::open_again() {
  if (place == "-") return;
  try {
    fd = open_place(place);
  } catch (const Error& error) {
    log.error("the old access log stays in use: " + error.message());
  }
}

AccessLog::AccessLog(std::string place, base::Log log, std::size_t queue_bytes)
    : state_(std::make_unique<State>(std::move(place), std::move(log), queue_bytes)) {
  const SignalsBlocked blocked;
  state_->writer = std::thread([state = state_.get()] { state->run(); });
}

AccessLog::~AccessLog() {
  {
    std::unique_lock lock(state_->mutex);
    state_->ending = true;
    state_->changed.notify_all();
    state_->changed.wait_for(lock, farewell, [this] { return state_->ended; });
  }
  state_->stop.raise();
  state_->writer.join();
}

void AccessLog::write(std::string line) {
  line += '\n';
  const std::lock_guard lock(state_->mutex);
  if (state_->queue.size() + line.size() > state_->most_bytes) {
    ++state_->lost;
    ++state_->unsaid;
    return;
  }
  state_->queue += line;
  ++state_->queued_lines;
  if (state_->queued_lines == 1) state_->changed.notify_all();
}

void AccessLog::reopen() {
  const std::lock_guard lock(state_->mutex);
  state_->reopening = true;
  state_->old_bytes = state_->queue.size();
  state_->changed.notify_all();
}

std::uint64_t AccessLog::dropped() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lost;
}

}  // namespace mcpssh::transport
