#include "bench.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::test {
namespace asio = base::asio;

Loop::~Loop() {
  context_.restart();
  context_.run_for(10s);
  EXPECT_TRUE(context_.stopped()) << "something still runs";
}

void Loop::run_until(const bool& done) {
  context_.restart();
  while (!done && context_.run_one() > 0) {
  }
  ASSERT_TRUE(done) << "nothing is left to run, but the task has not ended";
}

void Loop::run(base::Task<void> task) {
  std::exception_ptr failure;
  bool done = false;
  asio::co_spawn(context_, std::move(task), [&](std::exception_ptr error) {
    failure = error;
    done = true;
  });
  run_until(done);
  if (failure) std::rethrow_exception(failure);
}

base::Task<Said> exec(std::shared_ptr<ssh::Connection> connection, std::string command,
                      std::chrono::milliseconds timeout) {
  ssh::ExecRequest request;
  request.command = std::move(command);
  request.timeout = timeout;
  return exec(std::move(connection), std::move(request));
}

base::Task<Said> exec(std::shared_ptr<ssh::Connection> connection, ssh::ExecRequest request) {
  auto said = std::make_shared<Said>();
  ssh::Sink sink = [said](std::string_view bytes, bool is_stderr) {
    (is_stderr ? said->err : said->out) += bytes;
  };
  said->result = co_await connection->exec(std::move(request), std::move(sink));
  co_return *said;
}

Said cancelled_at_output(Loop& loop, std::shared_ptr<ssh::Connection> connection, std::string command) {
  ssh::ExecRequest request;
  request.command = std::move(command);
  return cancelled_at_output(loop, std::move(connection), std::move(request));
}

Said cancelled_at_output(Loop& loop, std::shared_ptr<ssh::Connection> connection, ssh::ExecRequest request) {
  Said said;
  asio::cancellation_signal signal;
  ssh::Sink sink = [&said, &signal, executor = loop.executor()](std::string_view bytes, bool is_stderr) {
    (is_stderr ? said.err : said.out) += bytes;
    asio::post(executor, [&signal] { signal.emit(asio::cancellation_type::terminal); });
  };
  bool done = false;
  auto finish = [&said, &done](std::exception_ptr failure, ssh::ExecResult result) {
    if (failure) ADD_FAILURE() << "the result was lost";
    said.result = std::move(result);
    done = true;
  };
  asio::co_spawn(loop.executor(), connection->exec(std::move(request), std::move(sink)),
                 asio::bind_cancellation_slot(signal.slot(), std::move(finish)));
  loop.run_until(done);
  return said;
}

namespace {

ssh::Target local_target(std::uint16_t port, const std::string& user, const ClientKey& key,
                         const std::string& known_hosts, const TempDir& directory) {
  ssh::Target target;
  target.name = "web1";
  target.address = "127.0.0.1";
  target.port = port;
  target.user = user;
  target.credentials.methods = {ssh::Credentials::Method::key};
  target.credentials.key_files = {key.path};
  target.known_hosts = directory.write("known_hosts", known_hosts);
  return target;
}

}  // namespace

ssh::Target target_of(const OpensshServer& server, const TempDir& directory) {
  return local_target(server.port(), server.user(), server.key(), server.known_hosts(), directory);
}

ssh::Target target_of(const DropbearServer& server, const TempDir& directory) {
  return local_target(server.port(), server.user().name(), server.key(), server.known_hosts(), directory);
}

namespace {

std::vector<pid_t> processes_of(const std::string& word) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string arguments(std::istreambuf_iterator<char>(file), {});
    for (const auto argument : base::split(arguments, '\0'))
      if (argument == word) found.push_back(static_cast<pid_t>(std::atoi(entry.path().filename().c_str())));
  }
  return found;
}

}  // namespace

int processes_with(const std::string& word) {
  return static_cast<int>(processes_of(word).size());
}

bool processes_end(const std::string& word) {
  constexpr int limit_ms = 10'000;
  return std::ranges::all_of(processes_of(word), [](pid_t process) {
    const base::UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!handle) return true;  // it has ended meanwhile
    pollfd ended{handle.get(), POLLIN, 0};
    return ::poll(&ended, 1, limit_ms) == 1;
  });
}

std::string unique_seconds() {
  static int next = 0;
  return std::to_string(100'000 + ::getpid()) + "." + std::to_string(++next);
}

}  // namespace mcpssh::test
