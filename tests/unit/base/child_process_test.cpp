#include "base/child_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <exception>

#include "base/error.hpp"

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;

/// Runs `argv` to its end.
ChildOutput run(std::vector<std::string> argv, std::size_t most = 4096,
                std::chrono::milliseconds timeout = 30s) {
  asio::io_context io(1);
  std::exception_ptr failure;
  ChildOutput result;
  asio::co_spawn(io, output_of(std::move(argv), most, timeout),
                 [&](std::exception_ptr thrown, ChildOutput output) {
                   failure = thrown;
                   result = std::move(output);
                 });
  io.run();
  if (failure) std::rethrow_exception(failure);
  return result;
}

std::vector<std::string> shell(const std::string& script) {
  return {"sh", "-c", script};
}

TEST(ChildProcess, SaysWhatItPrintedAndHowItEnded) {
  const auto output = run(shell("echo one; echo two; echo not this >&2; exit 3"));
  EXPECT_EQ(output.text, "one\ntwo\n");
  EXPECT_EQ(output.end.exit_code, 3);
  EXPECT_EQ(run(shell("kill -9 $$")).end.signal, SIGKILL);
}

TEST(ChildProcess, InheritsNoDescriptorAndSitsInAGroupOfItsOwn) {
  const UniqueFd leaky(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  ASSERT_TRUE(leaky);
  EXPECT_EQ(run({"ls", "/proc/self/fd"}).text, "0\n1\n2\n3\n") << "3 is ls's own";
  const auto ids = run(shell("echo $$; cut -d' ' -f5 /proc/$$/stat"));
  EXPECT_EQ(ids.text.substr(0, ids.text.find('\n') + 1), ids.text.substr(ids.text.find('\n') + 1));
}

TEST(ChildProcess, AProgramThatIsNotThereIsNamedWithoutItsArguments) {
  try {
    run({"/no/such/program", "hunter2"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("/no/such/program"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
  }
}

TEST(ChildProcess, ADaemonLeftBehindDoesNotHoldTheAnswerUp) {
  const auto output = run(shell("setsid sleep 300 & echo $!"));
  EXPECT_EQ(output.end.exit_code, 0);
  const int daemon = std::stoi(output.text);
  EXPECT_EQ(::kill(daemon, SIGKILL), 0) << "it lives on, and the test ends it";
}

TEST(ChildProcess, TooMuchOutputEndsIt) {
  const auto output = run({"yes"}, 1000);
  EXPECT_TRUE(output.too_long);
  EXPECT_EQ(output.end.signal, SIGKILL);
}

TEST(ChildProcess, AtTheDeadlineTheWholeGroupIsKilled) {
  try {
    run(shell("sleep 300 & sleep 300"), 4096, 50ms);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::timed_out);
  }
}

TEST(ChildProcess, DestroyingItKillsItsGroupAndReapsIt) {
  Pipe pipe = make_pipe();
  pid_t pid = -1;
  {
    const auto child =
        ChildProcess::start(shell("echo up; sleep 300 & sleep 300"), UniqueFd(), std::move(pipe.write));
    pid = child.pid();
    char first = 0;
    ASSERT_EQ(::read(pipe.read.get(), &first, 1), 1);
  }
  std::string rest;
  char byte = 0;
  while (::read(pipe.read.get(), &byte, 1) == 1) rest += byte;  // ends: nobody holds the other end
  EXPECT_EQ(rest, "p\n");
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ChildProcess, CancellingTheAwaitKillsIt) {
  asio::io_context io(1);
  asio::cancellation_signal signal;
  bool failed = false;
  asio::co_spawn(io, output_of({"sleep", "300"}, 10, 300s),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, ChildOutput) {
                   failed = thrown != nullptr;
                 }));
  io.poll();
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(failed);
}

}  // namespace
}  // namespace mcpssh::base
