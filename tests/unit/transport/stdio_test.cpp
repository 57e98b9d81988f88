#include "transport/stdio.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "mcp/server.hpp"

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
using base::Task;

struct Pipe {
  Pipe() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
    read_end.reset(fds[0]);
    write_end.reset(fds[1]);
  }
  base::UniqueFd read_end, write_end;
};

void put(const base::UniqueFd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(fd.get(), bytes.data(), bytes.size());
    ASSERT_GT(count, 0);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string drain(const base::UniqueFd& fd) {
  std::string all;
  std::array<char, 65536> buffer{};
  for (ssize_t count; (count = ::read(fd.get(), buffer.data(), buffer.size())) > 0;)
    all.append(buffer.data(), static_cast<std::size_t>(count));
  return all;
}

/// A stream between two pipes, with the client's ends.
struct Wire {
  std::shared_ptr<mcp::MessageStream> stream() {
    return stdio_stream(io.get_executor(), {std::move(to_server.read_end), std::move(from_server.write_end)});
  }
  asio::io_context io;
  Pipe to_server, from_server;
};

void spawn(asio::io_context& io, Task<void> work) {
  asio::co_spawn(io, std::move(work), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

/// Everything a stream gives until it ends, "!" for a message that was too long.
Task<void> read_all(std::shared_ptr<mcp::MessageStream> stream, std::vector<std::string>& messages) {
  for (;;) {
    std::optional<std::string> message;
    try {
      message = co_await stream->read();
      if (!message) co_return;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::limit_reached);
      message = "!";
    }
    messages.push_back(std::move(*message));
  }
}

Task<void> write_each(std::shared_ptr<mcp::MessageStream> stream, std::vector<std::string> messages) {
  const mcp::Relation none;
  for (auto& message : messages) co_await stream->write(std::move(message), none);
}

Task<void> expect_lost(std::shared_ptr<mcp::MessageStream> stream, bool& lost) {
  const mcp::Relation none;
  try {
    for (;;) co_await stream->write(std::string(100'000, 'x'), none);
  } catch (const base::Error& error) {
    lost = error.code() == base::ErrorCode::connection_lost;
  }
}

TEST(StdioStream, DeliversLinesUntilTheEndOfInput) {
  Wire wire;
  put(wire.to_server.write_end, "one\r\ntwo\n\nlast without newline");
  wire.to_server.write_end.reset();
  std::vector<std::string> messages;
  spawn(wire.io, read_all(wire.stream(), messages));
  wire.io.run();
  EXPECT_EQ(messages, (std::vector<std::string>{"one", "two", "last without newline"}));
}

TEST(StdioStream, SkipsAnOversizeMessageAndStaysUsable) {
  Wire wire;
  std::vector<std::string> messages;
  std::thread client([&wire] {
    put(wire.to_server.write_end, std::string(2 * base::limits::message_bytes, 'x') + "\nfine\n");
    wire.to_server.write_end.reset();
  });
  spawn(wire.io, read_all(wire.stream(), messages));
  wire.io.run();
  client.join();
  EXPECT_EQ(messages, (std::vector<std::string>{"!", "fine"}));
}

TEST(StdioStream, WritesEachMessageAsOneLineInOrder) {
  Wire wire;
  const std::string large(1'000'000, 'y');
  std::string received;
  std::thread client([&] { received = drain(wire.from_server.read_end); });
  spawn(wire.io, write_each(wire.stream(), {"a", large, "b"}));
  wire.io.run();
  client.join();
  EXPECT_EQ(received, "a\n" + large + "\nb\n");
}

TEST(StdioStream, WorksOverASocket) {
  asio::io_context io;
  std::array<int, 2> fds{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
  base::UniqueFd client(fds[0]);
  std::vector<std::string> messages;
  auto stream = stdio_stream(io.get_executor(), {base::UniqueFd(::dup(fds[1])), base::UniqueFd(fds[1])});
  put(client, "hello\n");
  ::shutdown(client.get(), SHUT_WR);
  std::string received;
  std::thread reader([&] { received = drain(client); });
  spawn(io, read_all(stream, messages));
  spawn(io, write_each(stream, {std::string(500'000, 'z')}));
  stream.reset();
  io.run();
  reader.join();
  EXPECT_EQ(messages, std::vector<std::string>{"hello"});
  EXPECT_EQ(received.size(), 500'001u);
}

TEST(StdioStream, WorksOverAFile) {
  const auto path = std::filesystem::temp_directory_path() / ("stdio_test_" + std::to_string(::getpid()));
  std::ofstream(path) << "from\na file\n";
  asio::io_context io;
  std::vector<std::string> messages;
  spawn(io,
        read_all(stdio_stream(io.get_executor(), {base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
                                                  base::UniqueFd(::open("/dev/null", O_WRONLY | O_CLOEXEC))}),
                 messages));
  io.run();
  std::filesystem::remove(path);
  EXPECT_EQ(messages, (std::vector<std::string>{"from", "a file"}));
}

TEST(StdioStream, AReaderThatHasGoneIsAnErrorAndNoSignal) {
  Wire wire;
  bool lost = false;
  wire.from_server.read_end.reset();
  spawn(wire.io, expect_lost(wire.stream(), lost));
  wire.io.run();
  EXPECT_TRUE(lost);
}

TEST(StdioStream, DoesNotChangeTheFlagsOfItsDescriptors) {
  Wire wire;
  const base::UniqueFd in(::dup(wire.to_server.read_end.get())), out(::dup(wire.from_server.write_end.get()));
  wire.to_server.write_end.reset();
  auto stream = wire.stream();
  std::vector<std::string> messages;
  spawn(wire.io, write_each(stream, {"x"}));
  spawn(wire.io, read_all(std::move(stream), messages));
  wire.io.run();
  EXPECT_EQ(::fcntl(in.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(out.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(StdioStream, DestructionWakesABlockedReadAndABlockedWrite) {
  Wire wire;
  asio::cancellation_signal stop_reading, stop_writing;
  int ended = 0;
  bool lost = false;
  std::vector<std::string> messages;
  auto stream = wire.stream();
  const auto count_end = [&ended](const std::exception_ptr&) { ++ended; };
  asio::co_spawn(wire.io, read_all(stream, messages),
                 asio::bind_cancellation_slot(stop_reading.slot(), count_end));
  asio::co_spawn(wire.io, expect_lost(stream, lost),
                 asio::bind_cancellation_slot(stop_writing.slot(), count_end));
  wire.io.poll();
  stop_reading.emit(asio::cancellation_type::terminal);
  stop_writing.emit(asio::cancellation_type::terminal);
  wire.io.poll();
  EXPECT_EQ(ended, 2);
  stream.reset();
  wire.io.run();
}

TEST(StdioStream, ACancelledReadLosesNothing) {
  Wire wire;
  asio::cancellation_signal stop;
  bool ended = false;
  auto stream = wire.stream();
  std::vector<std::string> first, second;
  asio::co_spawn(
      wire.io, read_all(stream, first),
      asio::bind_cancellation_slot(stop.slot(), [&ended](const std::exception_ptr&) { ended = true; }));
  wire.io.poll();
  stop.emit(asio::cancellation_type::terminal);
  wire.io.poll();
  EXPECT_TRUE(ended);
  put(wire.to_server.write_end, "kept\n");
  wire.to_server.write_end.reset();
  spawn(wire.io, read_all(std::move(stream), second));
  wire.io.run();
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second, std::vector<std::string>{"kept"});
}

Task<mcp::ToolResult> greet(mcp::Call&, mcp::Arguments) {
  mcp::ToolResult result;
  result.text = "hello";
  co_return result;
}

TEST(StdioStream, CarriesAServerAnsweringAFloodOfRequests) {
  Wire wire;
  mcp::Tool tool;
  tool.name = "greet";
  tool.run = greet;
  mcp::Server server({"s", "", "1", ""}, {tool}, base::Log::silent());
  constexpr int requests = 20'000;
  std::string received;
  std::thread writer([&wire] {
    std::string lines;
    for (int i = 0; i < requests; ++i)
      lines += R"({"jsonrpc":"2.0","id":)" + std::to_string(i) +
               (i % 3 == 0 ? R"(,"method":"ping"})" : R"(,"method":"nope"})") + "\n";
    put(wire.to_server.write_end, lines);
    wire.to_server.write_end.reset();
  });
  std::thread reader([&] { received = drain(wire.from_server.read_end); });
  spawn(wire.io, server.serve(wire.stream(), base::Principal{}));
  wire.io.run();
  writer.join();
  reader.join();
  EXPECT_EQ(std::ranges::count(received, '\n'), requests);
}

TEST(ClaimStdio, KeepsStrayPrintsAwayFromTheClient) {
  Pipe in, out, err;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::dup2(in.read_end.get(), STDIN_FILENO);
    ::dup2(out.write_end.get(), STDOUT_FILENO);
    ::dup2(err.write_end.get(), STDERR_FILENO);
    const auto claimed = claim_stdio();
    char c = 0;
    const bool nothing_to_read = ::read(STDIN_FILENO, &c, 1) == 0;
    const bool said =
        ::write(STDOUT_FILENO, "stray", 5) == 5 && ::write(claimed.out.get(), "message", 7) == 7;
    const bool heard = ::read(claimed.in.get(), &c, 1) == 1 && c == 'x';
    ::_exit(nothing_to_read && said && heard && claimed.in.get() > 2 && claimed.out.get() > 2 ? 0 : 1);
  }
  put(in.write_end, "x");
  out.write_end.reset();
  err.write_end.reset();
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(drain(out.read_end), "message");
  EXPECT_EQ(drain(err.read_end), "stray");
}

}  // namespace
}  // namespace mcpssh::transport
