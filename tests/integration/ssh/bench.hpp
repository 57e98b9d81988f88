#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "base/hop.hpp"
#include "ssh/connection.hpp"
#include "ssh/pool.hpp"
#include "support/dropbear_server.hpp"
#include "support/openssh_server.hpp"

namespace mcpssh::test {

/// An io_context that a test drives by hand.
class Loop {
 public:
  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Fails the test when something is still running: a coroutine without an owner.
  ~Loop();

  [[nodiscard]] base::Executor executor() { return context_.get_executor(); }

  /// Runs `task` to its end and returns or throws what it did.
  template <class T>
  T run(base::Task<T> task) {
    std::optional<T> value;
    std::exception_ptr failure;
    bool done = false;
    base::asio::co_spawn(context_, std::move(task), [&](std::exception_ptr error, T result) {
      failure = error;
      if (!error) value.emplace(std::move(result));
      done = true;
    });
    run_until(done);
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
  void run(base::Task<void> task);
  void run_until(const bool& done);

 private:
  base::asio::io_context context_{1};
};

/// What a command said and how it ended.
struct Said {
  ssh::ExecResult result;
  std::string out, err;
};
base::Task<Said> exec(std::shared_ptr<ssh::Connection> connection, std::string command,
                      std::chrono::milliseconds timeout = std::chrono::milliseconds(0));
base::Task<Said> exec(std::shared_ptr<ssh::Connection> connection, ssh::ExecRequest request);

/// Runs `command` and cancels it as soon as it has printed something.
Said cancelled_at_output(Loop& loop, std::shared_ptr<ssh::Connection> connection, std::string command);
Said cancelled_at_output(Loop& loop, std::shared_ptr<ssh::Connection> connection, ssh::ExecRequest request);

/// A target for a test server, with its host key on record in `directory`.
ssh::Target target_of(const OpensshServer& server, const TempDir& directory);
ssh::Target target_of(const DropbearServer& server, const TempDir& directory);

/// How many processes have `word` as an argument.
int processes_with(const std::string& word);
/// Whether all that have it end now: a signal that was sent takes its time. Waits ten seconds for each.
bool processes_end(const std::string& word);
/// A number no other process has as an argument.
std::string unique_seconds();

/// The error `task` throws; fails the test when it throws none.
template <class T>
base::Error error_of(Loop& loop, base::Task<T> task) {
  try {
    loop.run(std::move(task));
  } catch (const base::Error& error) {
    return error;
  }
  return base::Error(base::ErrorCode::internal, "no error was thrown");
}

}  // namespace mcpssh::test
