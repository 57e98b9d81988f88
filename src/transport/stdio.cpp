#include "transport/stdio.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <deque>
#include <system_error>
#include <utility>
#include <vector>

#include "base/hop.hpp"
#include "base/limits.hpp"
#include "base/wakeup.hpp"
#include "transport/local/blocking_io.hpp"
#include "transport/local/line_framer.hpp"
#include "transport/local/ready_io.hpp"

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Task;

Error failed(std::string_view what) {
  return Error(ErrorCode::io_error, std::string(what) + ": " + std::generic_category().message(errno));
}

base::UniqueFd duplicate(int fd, std::string_view name) {
  // Above the standard three, so that nothing takes it for one of them.
  base::UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) throw failed("cannot take over " + std::string(name));
  return copy;
}

/// What a fetch works on: one at a time, on the loop or on the reader thread. Nobody else touches it, but for
/// raising `stop`.
struct ReadSide {
  explicit ReadSide(base::UniqueFd descriptor) : fd(std::move(descriptor)), kind(kind_of(fd.get())) {}
  base::UniqueFd fd;
  Descriptor kind;
  LineFramer framer{base::limits::message_bytes};
  StopSignal stop;
};

struct WriteSide {
  explicit WriteSide(base::UniqueFd descriptor) : fd(std::move(descriptor)), kind(kind_of(fd.get())) {}
  base::UniqueFd fd;
  Descriptor kind;
  StopSignal stop;
};

/// What one fetch brought.
struct Haul {
  [[nodiscard]] bool empty() const { return lines.empty() && !ended; }
  std::vector<Line> lines;
  bool ended = false;
};

void take(Haul& haul, LineFramer& framer, std::string_view bytes) {
  haul.ended = bytes.empty();
  if (!haul.ended)
    haul.lines = framer.feed(bytes);
  else if (auto last = framer.finish())
    haul.lines.push_back(std::move(*last));
}

using ReadWatch = asio::posix::stream_descriptor;

/// Tells when a pipe or socket can be read: then no thread is needed. Asio would make what it waits on
/// non-blocking, and the parent may share that flag, so it waits on an epoll of our own.
std::shared_ptr<ReadWatch> watch_for_reading(const base::Executor& executor, int fd) {
  base::UniqueFd watch(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event readable{};
  readable.events = EPOLLIN;
  if (!watch || ::epoll_ctl(watch.get(), EPOLL_CTL_ADD, fd, &readable) != 0)
    throw failed("cannot wait for the MCP client");
  return std::make_shared<ReadWatch>(executor, watch.release());
}

/// Runs on the loop.
Task<Haul> read_when_ready(std::shared_ptr<ReadSide> side, std::shared_ptr<ReadWatch> watch) {
  Haul haul;
  while (haul.empty()) {
    co_await watch->async_wait(ReadWatch::wait_read, asio::use_awaitable);
    const auto bytes = read_ready(side->fd.get(), side->kind);
    if (bytes) take(haul, side->framer, *bytes);
  }
  co_return haul;
}

/// Runs on the reader thread: blocks until there is at least one line or the
/// end.
Task<Haul> read_lines(std::shared_ptr<ReadSide> side) {
  Haul haul;
  while (haul.empty()) take(haul, side->framer, read_some(side->fd.get(), side->stop));
  co_return haul;
}

/// Runs on the writer thread.
Task<void> write_bytes(std::shared_ptr<WriteSide> side, std::string bytes) {
  write_all(side->fd.get(), bytes, side->stop);
  co_return;
}

/// The owning thread's view of what was read. Outlives the stream while a fetch is
/// under way.
struct Inbox {
  explicit Inbox(base::Executor executor) : changed(std::move(executor)) {}
  std::deque<Line> lines;
  bool fetching = false;
  bool ended = false;
  std::optional<Error> lost;
  base::Wakeup changed;
};

struct Outgoing {
  std::string text;
  bool written = false;
};

/// The same for the writer. As long as its writers wait, so many messages are
/// queued and no more.
struct Outtray {
  explicit Outtray(base::Executor executor) : changed(std::move(executor)) {}
  std::deque<std::shared_ptr<Outgoing>> queue;
  bool flushing = false;
  bool ended = false;  ///< the stream is gone
  std::optional<Error> lost;
  base::Wakeup changed;
};

Task<void> fetch(std::shared_ptr<Inbox> inbox, Task<Haul> source) {
  try {
    auto haul = co_await std::move(source);
    for (auto& line : haul.lines) inbox->lines.push_back(std::move(line));
    inbox->ended = haul.ended;
  } catch (const Error& error) {
    inbox->lost = error;
  } catch (const std::exception& error) {
    inbox->lost = Error(ErrorCode::connection_lost, error.what());
  }
  inbox->fetching = false;
  inbox->changed.notify();
}

/// A thread of its own, made when it is first needed.
class Thread {
 public:
  Thread() = default;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread() { end(); }
  void end() {
    if (pool_) pool_->join();
  }
  base::Executor executor() {
    if (!pool_) {
      const SignalsBlocked inherited;
      pool_ = std::make_unique<asio::thread_pool>(1);
    }
    return pool_->executor();
  }

 private:
  std::unique_ptr<asio::thread_pool> pool_;
};

Task<void> flush(std::shared_ptr<Outtray> tray, std::shared_ptr<Thread> thread,
                 std::shared_ptr<WriteSide> side) {
  try {
    while (!tray->queue.empty() && !tray->ended) {
      const auto messages = std::exchange(tray->queue, {});
      std::string bytes;
      for (const auto& message : messages) bytes += message->text;
      bytes.erase(0, write_ready(side->fd.get(), side->kind, bytes));
      if (!bytes.empty()) co_await base::hop(thread->executor(), write_bytes(side, std::move(bytes)));
      for (const auto& message : messages) message->written = true;
      tray->changed.notify();
    }
  } catch (const Error& error) {
    tray->lost = error;
  } catch (const std::exception& error) {
    tray->lost = Error(ErrorCode::connection_lost, error.what());
  }
  tray->flushing = false;
  tray->changed.notify();
}

class StdioStream : public mcp::MessageStream {
 public:
  StdioStream(base::Executor executor, StdioDescriptors descriptors)
      : executor_(executor),
        read_side_(std::make_shared<ReadSide>(std::move(descriptors.in))),
        write_side_(std::make_shared<WriteSide>(std::move(descriptors.out))),
        inbox_(std::make_shared<Inbox>(executor)),
        tray_(std::make_shared<Outtray>(executor)) {
    if (read_side_->kind != Descriptor::other) watch_ = watch_for_reading(executor, read_side_->fd.get());
  }

  /// Wakes what threads there are out of their system calls; their end is waited for.
  ~StdioStream() override {
    tray_->ended = true;
    if (watch_) watch_->close();
    read_side_->stop.raise();
    write_side_->stop.raise();
    reader_.reset();
    writer_->end();
  }

  Task<std::optional<std::string>> read() override {
    const auto inbox = inbox_;
    while (inbox->lines.empty()) {
      if (inbox->lost) throw Error(*inbox->lost);
      if (inbox->ended) co_return std::nullopt;
      if (!std::exchange(inbox->fetching, true))
        asio::co_spawn(executor_, fetch(inbox, source()), [](const std::exception_ptr&) {});
      co_await inbox->changed.wait();
    }
    auto line = std::move(inbox->lines.front());
    inbox->lines.pop_front();
    if (!line) throw Error(line.error());
    co_return std::move(*line);
  }

  Task<void> write(std::string message, mcp::Relation) override {
    const auto tray = tray_;
    if (tray->lost) throw Error(*tray->lost);
    const auto mine = std::make_shared<Outgoing>();
    mine->text = std::move(message);
    mine->text += '\n';
    tray->queue.push_back(mine);
    if (!std::exchange(tray->flushing, true))
      asio::co_spawn(executor_, flush(tray, writer_, write_side_), [](const std::exception_ptr&) {});
    while (!mine->written) {
      if (tray->lost) throw Error(*tray->lost);
      co_await tray->changed.wait();
    }
  }

 private:
  Task<Haul> source() {
    return watch_ ? read_when_ready(read_side_, watch_)
                  : base::hop(reader_->executor(), read_lines(read_side_));
  }

  base::Executor executor_;
  std::shared_ptr<ReadSide> read_side_;
  std::shared_ptr<WriteSide> write_side_;
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Outtray> tray_;
  std::shared_ptr<ReadWatch> watch_;  ///< of a pipe or socket
  std::unique_ptr<Thread> reader_ = std::make_unique<Thread>();
  std::shared_ptr<Thread> writer_ = std::make_shared<Thread>();
};

}  // namespace

StdioDescriptors claim_stdio() {
  StdioDescriptors claimed{duplicate(STDIN_FILENO, "standard input"),
                           duplicate(STDOUT_FILENO, "standard output")};
  const base::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) throw failed("cannot open /dev/null");
  // A client may start us without standard error.
  const int elsewhere = ::fcntl(STDERR_FILENO, F_GETFD) < 0 ? nothing.get() : STDERR_FILENO;
  if (::dup2(nothing.get(), STDIN_FILENO) < 0 || ::dup2(elsewhere, STDOUT_FILENO) < 0)
    throw failed("cannot redirect standard input and output");
  return claimed;
}

std::shared_ptr<mcp::MessageStream> stdio_stream(base::Executor executor, StdioDescriptors descriptors) {
  return std::make_shared<StdioStream>(std::move(executor), std::move(descriptors));
}

}  // namespace mcpssh::transport
