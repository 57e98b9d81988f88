#include "transport/stdio.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <deque>
#include <system_error>
#include <utility>
#include <vector>

#include "base/hop.hpp"
#include "base/limits.hpp"
#include "base/wakeup.hpp"
#include "transport/blocking_io.hpp"
#include "transport/line_framer.hpp"

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Task;

/// What the reader thread works on; nobody else touches it, but for raising
/// `stop`.
struct ReadSide {
  explicit ReadSide(base::UniqueFd descriptor) : fd(std::move(descriptor)) {}
  base::UniqueFd fd;
  LineFramer framer{base::limits::message_bytes};
  StopSignal stop;
};

struct WriteSide {
  explicit WriteSide(base::UniqueFd descriptor) : fd(std::move(descriptor)) {}
  base::UniqueFd fd;
  StopSignal stop;
};

/// What one trip to the reader thread brought.
struct Haul {
  std::vector<Line> lines;
  bool ended = false;
};

/// Runs on the reader thread: blocks until there is at least one line or the
/// end.
Task<Haul> read_lines(std::shared_ptr<ReadSide> side) {
  Haul haul;
  while (haul.lines.empty() && !haul.ended) {
    const auto bytes = read_some(side->fd.get(), side->stop);
    haul.ended = bytes.empty();
    if (!haul.ended)
      haul.lines = side->framer.feed(bytes);
    else if (auto last = side->framer.finish())
      haul.lines.push_back(std::move(*last));
  }
  co_return haul;
}

/// Runs on the writer thread.
Task<void> write_bytes(std::shared_ptr<WriteSide> side, std::string bytes) {
  write_all(side->fd.get(), bytes, side->stop);
  co_return;
}

/// The owning thread's view of the reader. Outlives the stream while a trip is
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
  std::optional<Error> lost;
  base::Wakeup changed;
};

Task<void> fetch(std::shared_ptr<Inbox> inbox, base::Executor thread, std::shared_ptr<ReadSide> side) {
  try {
    auto haul = co_await base::hop(thread, read_lines(side));
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

Task<void> flush(std::shared_ptr<Outtray> tray, base::Executor thread, std::shared_ptr<WriteSide> side) {
  try {
    while (!tray->queue.empty()) {
      const auto messages = std::exchange(tray->queue, {});
      std::string bytes;
      for (const auto& message : messages) bytes += message->text;
      co_await base::hop(thread, write_bytes(side, std::move(bytes)));
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

std::unique_ptr<asio::thread_pool> make_thread() {
  const SignalsBlocked inherited;
  return std::make_unique<asio::thread_pool>(1);
}

class StdioStream : public mcp::MessageStream {
 public:
  StdioStream(base::Executor executor, StdioDescriptors descriptors)
      : executor_(executor),
        read_side_(std::make_shared<ReadSide>(std::move(descriptors.in))),
        write_side_(std::make_shared<WriteSide>(std::move(descriptors.out))),
        inbox_(std::make_shared<Inbox>(executor)),
        tray_(std::make_shared<Outtray>(executor)) {}

  /// Wakes both threads out of their system calls and waits for them.
  ~StdioStream() override {
    read_side_->stop.raise();
    write_side_->stop.raise();
    reader_->join();
    writer_->join();
  }

  Task<std::optional<std::string>> read() override {
    const auto inbox = inbox_;
    while (inbox->lines.empty()) {
      if (inbox->lost) throw Error(*inbox->lost);
      if (inbox->ended) co_return std::nullopt;
      if (!std::exchange(inbox->fetching, true))
        asio::co_spawn(executor_, fetch(inbox, reader_->executor(), read_side_),
                       [](const std::exception_ptr&) {});
      co_await inbox->changed.wait();
    }
    auto line = std::move(inbox->lines.front());
    inbox->lines.pop_front();
    if (!line) throw Error(line.error());
    co_return std::move(*line);
  }

  Task<void> write(std::string message) override {
    const auto tray = tray_;
    if (tray->lost) throw Error(*tray->lost);
    const auto mine = std::make_shared<Outgoing>();
    mine->text = std::move(message);
    mine->text += '\n';
    tray->queue.push_back(mine);
    if (!std::exchange(tray->flushing, true))
      asio::co_spawn(executor_, flush(tray, writer_->executor(), write_side_),
                     [](const std::exception_ptr&) {});
    while (!mine->written) {
      if (tray->lost) throw Error(*tray->lost);
      co_await tray->changed.wait();
    }
  }

 private:
  base::Executor executor_;
  std::shared_ptr<ReadSide> read_side_;
  std::shared_ptr<WriteSide> write_side_;
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Outtray> tray_;
  std::unique_ptr<asio::thread_pool> reader_ = make_thread();
  std::unique_ptr<asio::thread_pool> writer_ = make_thread();
};

Error failed(std::string_view what) {
  return Error(ErrorCode::io_error, std::string(what) + ": " + std::generic_category().message(errno));
}

base::UniqueFd duplicate(int fd, std::string_view name) {
  // Above the standard three, so that nothing takes it for one of them.
  base::UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) throw failed("cannot take over " + std::string(name));
  return copy;
}

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
