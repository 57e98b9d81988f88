#include "ssh/exec/execution.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "base/faults.hpp"
#include "base/limits.hpp"
#include "ssh/exec/not_started.hpp"
#include "ssh/exec/stop.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Fault;
using base::MonoTime;
using namespace std::chrono_literals;
namespace {

/// From the exit status to the end of the output. A background child may hold the output open for ever.
constexpr auto output_grace = 200ms;
/// The same when a slow reader held it back: the host sends the rest only when the window opens again.
constexpr auto held_output_grace = 5s;
/// The silence of a host that has a question to answer and never will.
constexpr auto answer_grace = 10s;
/// For the keepalive's alarm, behind the time in which it gives a silent host up.
constexpr auto verdict_grace = 1s;
/// After the exit status no more of the command itself can come than SSH's window lets through (2.5 MiB),
/// than a pipe holds (1 MiB), and what a slow reader left in libssh (4 MiB).
constexpr std::uint64_t most_after_exit = 8 * 1024 * 1024;
/// For the pid line of a command that is stopped as soon as it started. Without it nothing can be stopped for
/// sure, and a host under load takes its time.
constexpr auto pid_grace = 3s;
/// For sudo to go when its second question found no answer: PAM punishes a wrong password with two seconds.
constexpr auto refusal_grace = 5s;

MonoTime now() {
  return std::chrono::steady_clock::now();
}

Error cancelled_before_start() {
  return Error(Fault::cancelled, "cancelled before the command was started");
}

/// Whether this coroutine was asked to end. run() has it told here instead of by an exception.
base::Task<bool> cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

Error never_started(const Error& why) {
  return Error(why.fault(), why.cause() + "; the command was not started", why.next_move());
}

}  // namespace

Execution::Execution(std::shared_ptr<SessionChannels> channels, CommandShell shell, ExecRequest request,
                     Sink sink)
    : channels_(std::move(channels)),
      shell_(shell),
      deadline_(request.timeout.count() > 0 ? now() + request.timeout : MonoTime::max()),
      command_(channels_, shell, std::move(request), std::move(sink)),
      alarm_(channels_->driver()->executor(), [this] { command_.wake(); }) {}

base::Task<ExecResult> Execution::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  if (co_await cancelled()) throw cancelled_before_start();
  if (!command_.take_spare()) co_await open();
  if (co_await cancelled()) throw cancelled_before_start();
  send();
  Event event = co_await watch();
  if (event == Event::deadline || event == Event::cancelled) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await stop();
  } else if (event == Event::ended) {
    event = co_await settle();
  }
  conclude(event);
  co_return std::move(result_);
}

base::Task<void> Execution::open() {
  std::optional<bool> opened;
  try {
    opened = co_await within(deadline_, command_.open());
  } catch (const boost::system::system_error&) {
    throw cancelled_before_start();
  } catch (const Error& error) {
    throw never_started(error);
  }
  if (opened) co_return;
  const auto limit = base::human_duration(command_.request().timeout);
  throw never_started(Error(ErrorCode::timed_out, "no channel within " + limit,
                            "the host may be overloaded; try again with a longer timeout"));
}

void Execution::send() {
  try {
    command_.send();
  } catch (const Error& error) {
    throw never_started(error);
  }
  channels_->refill();
}

/// From here on the command may have started, whatever is answered.
base::Task<Execution::Event> Execution::watch() {
  alarm_.set(deadline_);
  bool turned_away = false;
  for (;;) {
    command_.attend();
    if (command_.refused()) {
      const auto& reason = channels_->driver()->last_error();
      throw never_started(Error(ErrorCode::channel_failed, "the host refuses to run a command: " + reason));
    }
    if (command_.over()) co_return Event::ended;
    if (!channels_->driver()->alive()) co_return Event::lost;
    if (co_await cancelled()) co_return Event::cancelled;
    if (now() >= deadline_) co_return turned_away ? Event::ended : Event::deadline;
    if (command_.turned_away() && !std::exchange(turned_away, true)) {
      deadline_ = std::min(deadline_, now() + refusal_grace);
      alarm_.set(deadline_);
    }
    co_await command_.wait();
  }
}

/// Waits for a change; false when `deadline` has passed or the connection has ended.
base::Task<bool> Execution::changed_by(MonoTime deadline) {
  if (now() >= deadline || !channels_->driver()->alive()) co_return false;
  alarm_.set(deadline);
  co_await command_.channel().changed().wait();
  co_return true;
}

bool Execution::whole() {
  return command_.channel().eof() && !command_.channel().holding();
}

/// The status comes before the end of the output.
base::Task<Execution::Event> Execution::settle() {
  auto event = Event::ended;
  const auto before = command_.taken();
  auto limit = now() + output_grace;
  while (!whole()) {
    if (co_await read_on()) limit = now() + held_output_grace;
    if (whole()) break;
    if (co_await cancelled()) break;
    if (co_await changed_by(limit)) continue;
    if (stopping_ || command_.taken() - before > most_after_exit || !co_await more_came()) break;
    if (now() >= deadline_) {
      event = Event::deadline;
      break;
    }
    limit = now() + output_grace;
  }
  result_.output_may_continue = !command_.channel().eof() && channels_->driver()->alive();
  co_return event;
}

/// A host that does not answer may be gone, which only the keepalive finds out. With it went the output.
std::chrono::milliseconds Execution::silence_allowed() const {
  const auto verdict = channels_->driver()->verdict_within();
  return std::max<std::chrono::milliseconds>(answer_grace, verdict + verdict_grace);
}

/// Whether the output goes on. On a slow link the rest is still on its way, a piece of it for longer than any
/// grace; but SSH keeps the order, so what was on its way is here before the answer to a question.
base::Task<bool> Execution::more_came() {
  // Devices are asked nothing that they may not expect.
  if (!command_.accepted() || !command_.prelude()) co_return false;
  auto& channel = command_.channel();
  const auto& driver = *channels_->driver();
  if (!asked_at_) asked_at_ = command_.taken();
  const auto silence = silence_allowed();
  const auto most = std::max(deadline_, now() + silence);
  std::uint64_t heard = 0;
  auto limit = most;
  while (driver.alive()) {
    const auto seen = channel.turns();
    const bool answered = channel.asked_and_answered();
    const bool more = command_.taken() != *asked_at_;
    if (answered) asked_at_.reset();
    if (channel.eof() || channel.holding() || co_await cancelled()) co_return true;
    if (answered || (more && now() >= deadline_)) co_return more;
    if (!driver.alive()) break;
    if (driver.bytes_in() != heard) limit = std::min(most, now() + silence);
    heard = driver.bytes_in();
    if (now() >= limit) co_return more;
    alarm_.set(limit);
    co_await channel.wait_for_progress(seen);
  }
  co_return false;
}

/// Waits for a slow reader, who may take any time, to take what was held back; true when that was done.
/// Nobody waits once the command is being stopped.
base::Task<bool> Execution::read_on() {
  const auto& channel = command_.channel();
  const bool held = channel.holding();
  while (channel.holding() && !stopping_ && channels_->driver()->alive()) {
    if (co_await cancelled()) break;
    co_await command_.channel().changed().wait();
  }
  co_return held && !channel.holding();
}

base::Task<bool> Execution::over_by(MonoTime deadline) {
  while (!command_.over() && co_await changed_by(deadline)) {
  }
  co_return command_.over();
}

base::Task<void> Execution::wait_for_pid(MonoTime deadline) {
  while (!command_.prelude()->pid() && !command_.over() && co_await changed_by(deadline)) {
  }
}

base::Task<void> Execution::stop() {
  stopping_ = true;
  result_.stop = ExecResult::Stop::unproved;
  const auto& prelude = command_.prelude();
  if (prelude) {
    if (!prelude->begun()) command_.end_input();  // a sudo that still asks has its answer
    co_await wait_for_pid(now() + pid_grace);
  }
  const auto limit = now() + 2 * base::limits::stop_grace;
  if (prelude) {
    if (const auto pid = prelude->pid()) {
      StopRequest request{
          .pid = *pid, .shell = shell_, .sudo = command_.request().sudo, .tty = command_.request().tty};
      const auto outcome = co_await stop_by_pid(channels_, std::move(request), limit);
      result_.stop = outcome.stop;
      result_.remote_pid = outcome.survivor;
    }
  }
  if (result_.stop == ExecResult::Stop::unproved) co_await stop_by_signals(limit);
  if (result_.stop == ExecResult::Stop::proved_gone) co_await settle();
}

base::Task<void> Execution::stop_by_signals(MonoTime deadline) {
  command_.channel().send_signal("TERM");
  if (co_await over_by(std::min(deadline, now() + base::limits::stop_grace))) co_return;
  command_.channel().send_signal("KILL");
  co_await over_by(std::min(deadline, now() + output_grace));
}

void Execution::conclude(Event event) {
  using End = ExecResult::End;
  command_.flush();
  const auto& channel = command_.channel();
  if (result_.remote_pid == 0 && command_.prelude())
    result_.remote_pid = command_.prelude()->pid().value_or(0);
  result_.exit_code = channel.exit_code().value_or(-1);
  result_.signal = channel.exit_signal();
  switch (event) {
    case Event::deadline:
      result_.end = End::timed_out;
      break;
    case Event::cancelled:
      result_.end = End::cancelled;
      break;
    case Event::lost:
      result_.end = End::connection_lost;
      result_.detail = channels_->driver()->end_reason();
      break;
    case Event::ended:
      conclude_ended();
      break;
  }
}

void Execution::conclude_ended() {
  using End = ExecResult::End;
  const auto& channel = command_.channel();
  const bool told = channel.exit_code() || !result_.signal.empty();
  const bool begun = !command_.prelude() || command_.prelude()->begun();
  // What tells that it began may be among what was held back.
  if (!begun && (command_.turned_away() || (told && whole()))) {
    result_.end = End::not_started;
    result_.detail = why_not_started(command_, channel.exit_code());
    result_.exit_code = -1;
    result_.signal.clear();
  } else if (!channels_->driver()->alive() && !whole()) {
    result_.end = End::connection_lost;
    result_.detail = what_is_missing();
  } else if (channel.exit_code()) {
    result_.end = End::exited;
  } else {
    result_.end = told ? End::signalled : End::closed;
    if (!command_.accepted())
      result_.detail = "the host closed the channel and never said whether it runs the command";
  }
}

std::string Execution::what_is_missing() {
  const auto code = command_.channel().exit_code();
  std::string how;
  if (code) how = ", though it exited with " + std::to_string(*code);
  if (!result_.signal.empty()) how = ", and it was ended by the signal " + result_.signal;
  return "the rest of its output never came" + how + ": " + channels_->driver()->end_reason();
}

}  // namespace mcpssh::ssh
