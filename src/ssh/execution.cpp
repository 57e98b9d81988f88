#include "ssh/execution.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "ssh/race.hpp"
#include "ssh/stop.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::MonoTime;
using namespace std::chrono_literals;
namespace {

/// From the exit status to the end of the output. A background child may hold the output open for ever.
constexpr auto output_grace = 200ms;
/// For the pid line of a command that is stopped as soon as it started.
constexpr auto pid_grace = 1s;

MonoTime now() {
  return std::chrono::steady_clock::now();
}

Error cancelled_before_start() {
  return Error(ErrorCode::cancelled, "cancelled before the command was started");
}

/// Whether this coroutine was asked to end. run() has it told here instead of by an exception.
base::Task<bool> cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

Error never_started(const Error& why) {
  return Error(ErrorCode::channel_failed, why.cause() + "; the command was not started", why.next_move());
}

}  // namespace

Execution::Execution(std::shared_ptr<Driver> driver, bool posix, ExecRequest request, Sink sink)
    : driver_(std::move(driver)), request_(std::move(request)), sink_(std::move(sink)) {
  if (request_.command.contains('\0'))
    throw Error(ErrorCode::invalid_argument, "the command holds a NUL byte, which no shell can take");
  if (posix) {
    nonce_ = base::random_hex(8);
    pid_line_.emplace(nonce_);
  }
  deadline_ = request_.timeout.count() > 0 ? now() + request_.timeout : MonoTime::max();
}

base::Task<ExecResult> Execution::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await open();
  const auto early = co_await request();
  const Event event = early ? *early : co_await watch();
  if (event == Event::deadline || event == Event::cancelled) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await stop();
  } else if (event == Event::ended) {
    co_await settle();
  }
  conclude(event);
  co_return std::move(result_);
}

void Execution::take(std::string_view bytes, bool is_stderr) {
  if (!sink_) return;
  if (!is_stderr || !pid_line_) return sink_(bytes, is_stderr);
  const bool known = pid_line_->pid().has_value();
  const std::string theirs = pid_line_->feed(bytes);
  if (!known && pid_line_->pid()) channel_->changed().notify();
  if (!theirs.empty()) sink_(theirs, true);
}

base::Task<void> Execution::open() {
  if (co_await cancelled()) throw cancelled_before_start();
  std::optional<bool> opened;
  try {
    Sink push = [this](std::string_view bytes, bool is_stderr) { take(bytes, is_stderr); };
    channel_.emplace(driver_, std::move(push));
    opened = co_await within(deadline_, channel_->open());
  } catch (const boost::system::system_error&) {
    throw cancelled_before_start();
  } catch (const Error& error) {
    throw never_started(error);
  }
  if (!opened) {
    const Error late(ErrorCode::channel_failed, "no channel within " + base::human_duration(request_.timeout),
                     "the host may be overloaded; try again with a longer timeout");
    throw never_started(late);
  }
}

/// From here on the command may have started, whatever is answered.
base::Task<std::optional<Execution::Event>> Execution::request() {
  if (co_await cancelled()) throw cancelled_before_start();
  std::string command = pid_line_ ? with_pid_line(nonce_, request_.command) : request_.command;
  try {
    const auto accepted = co_await within(deadline_, channel_->request_exec(std::move(command)));
    // Nothing will be typed, so what reads must not wait for it. Devices may take EOF for a goodbye.
    if (accepted && pid_line_) channel_->send_eof();
    co_return accepted ? std::nullopt : std::optional(Event::deadline);
  } catch (const boost::system::system_error&) {
    co_return Event::cancelled;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::connection_lost) co_return Event::lost;
    throw never_started(error);
  }
}

base::Task<Execution::Event> Execution::watch() {
  for (;;) {
    if (channel_->over()) co_return Event::ended;
    if (!driver_->alive()) co_return Event::lost;
    if (co_await cancelled()) co_return Event::cancelled;
    if (now() >= deadline_) co_return Event::deadline;
    co_await channel_->changed().wait_until(deadline_);
  }
}

/// The status comes before the end of the output.
base::Task<void> Execution::settle() {
  const auto limit = now() + output_grace;
  while (!channel_->eof() && driver_->alive() && now() < limit)
    co_await channel_->changed().wait_until(limit);
  result_.output_may_continue = !channel_->eof() && driver_->alive();
}

base::Task<bool> Execution::over_by(MonoTime deadline) {
  while (!channel_->over() && driver_->alive() && now() < deadline)
    co_await channel_->changed().wait_until(deadline);
  co_return channel_->over();
}

base::Task<void> Execution::wait_for_pid(MonoTime deadline) {
  while (!pid_line_->pid() && !channel_->over() && driver_->alive() && now() < deadline)
    co_await channel_->changed().wait_until(deadline);
}

base::Task<void> Execution::stop() {
  const auto limit = now() + 2 * base::limits::stop_grace;
  result_.stop = ExecResult::Stop::unproved;
  if (pid_line_) co_await wait_for_pid(now() + pid_grace);
  if (pid_line_ && pid_line_->pid()) {
    const auto outcome = co_await stop_by_pid(driver_, *pid_line_->pid(), limit);
    result_.stop = outcome.stop;
    result_.remote_pid = outcome.survivor;
  }
  if (result_.stop == ExecResult::Stop::unproved) co_await stop_by_signals(limit);
  if (result_.stop == ExecResult::Stop::proved_gone) co_await settle();
}

base::Task<void> Execution::stop_by_signals(MonoTime deadline) {
  channel_->send_signal("TERM");
  if (co_await over_by(std::min(deadline, now() + base::limits::stop_grace))) co_return;
  channel_->send_signal("KILL");
  co_await over_by(std::min(deadline, now() + output_grace));
}

void Execution::conclude(Event event) {
  using End = ExecResult::End;
  if (pid_line_) {
    const std::string rest = pid_line_->flush();
    if (sink_ && !rest.empty()) sink_(rest, true);
    if (result_.remote_pid == 0) result_.remote_pid = pid_line_->pid().value_or(0);
  }
  result_.exit_code = channel_->exit_code().value_or(-1);
  result_.signal = channel_->exit_signal();
  switch (event) {
    case Event::deadline:
      result_.end = End::timed_out;
      return;
    case Event::cancelled:
      result_.end = End::cancelled;
      return;
    case Event::lost:
      result_.end = End::connection_lost;
      result_.detail = driver_->end_reason();
      return;
    case Event::ended:
      break;
  }
  if (channel_->exit_code())
    result_.end = End::exited;
  else
    result_.end = result_.signal.empty() ? End::closed : End::signalled;
}

}  // namespace mcpssh::ssh
