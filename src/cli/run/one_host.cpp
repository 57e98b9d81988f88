#include "cli/run/one_host.hpp"

#include <unistd.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <csignal>
#include <iostream>

#include "base/text.hpp"
#include "base/wakeup.hpp"
#include "cli/run/ask_here.hpp"
#include "cli/run/exit_status.hpp"
#include "cli/run/outlet.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::cli {
namespace {

using gateway::Outcome;
using gateway::State;

/// For the last words of a command that was stopped, with a reader who may take nothing.
constexpr auto patience = std::chrono::milliseconds(500);

/// Both streams of a command on their way to ours.
class Carrying {
 public:
  Carrying(gateway::Gateway& gateway, base::CallId call, Attending& attending, const base::Executor& executor)
      : gateway_(gateway),
        call_(std::move(call)),
        attending_(attending),
        out_{Outlet(executor, STDOUT_FILENO), {}, true},
        err_{Outlet(executor, STDERR_FILENO), {}, true},
        arrived_(executor) {}

  base::Task<void> run() {
    while (auto piece = co_await gateway_.follow(call_)) {
      co_await carry(out_, std::move(piece->out), false);
      co_await carry(err_, std::move(piece->err), false);
    }
    all_ = true;
    arrived_.notify();
  }
  /// Somebody who pressed Ctrl-C does not wait for a reader who takes nothing.
  base::Task<void> end_soon() {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!all_)
      if (!co_await arrived_.wait_until(deadline)) break;
    out_.outlet.give_up();
    err_.outlet.give_up();
  }
  /// A dialogue has its answer at once, and cleaned.
  base::Task<void> finish(const Outcome& outcome) {
    const bool dialogue = outcome.state == State::replied || outcome.state == State::question;
    std::string answer = dialogue ? outcome.out.head + outcome.out.tail : std::string();
    if (!answer.empty() && !answer.ends_with('\n')) answer += '\n';
    co_await carry(out_, std::move(answer), true);
    co_await carry(err_, {}, true);
  }
  /// Nobody reads our stdout any more, as in `| head -1`.
  [[nodiscard]] bool reader_gone() const { return !out_.read; }
  [[nodiscard]] const std::optional<base::Error>& failure() const { return failure_; }

 private:
  struct Stream {
    Outlet outlet;
    TerminalText text;
    bool read;
  };

  base::Task<void> carry(Stream& to, std::string bytes, bool last) {
    if (to.outlet.is_terminal()) bytes = to.text.feed(bytes) + (last ? to.text.finish() : std::string());
    if (!to.read || bytes.empty()) co_return;
    try {
      to.read = co_await to.outlet.write(std::move(bytes));
    } catch (const base::Error& error) {
      to.read = false;
      failure_ = error;
    }
    // What it says from here on nobody would see.
    if (!out_.read || failure_) attending_.stop_all();
  }

  gateway::Gateway& gateway_;
  base::CallId call_;
  Attending& attending_;
  Stream out_, err_;
  base::Wakeup arrived_;
  bool all_ = false;
  std::optional<base::Error> failure_;
};

base::Task<Outcome> conclude(gateway::Gateway& gateway, base::CallId call, Attending& attending,
                             Carrying& carrying) {
  for (;;) {
    auto progress = co_await gateway.wait(call, std::chrono::steady_clock::time_point::max());
    if (auto* outcome = std::get_if<Outcome>(&progress)) {
      attending.over(call);
      if (attending.signal() != 0) co_await carrying.end_soon();
      co_return std::move(*outcome);
    }
    std::vector<std::pair<base::CallId, gateway::Waiting>> waiting;
    if (auto* question = std::get_if<gateway::Waiting>(&progress)) waiting.emplace_back(call, *question);
    if (!waiting.empty()) co_await attending.answer(std::move(waiting));
  }
}

/// What is not to be seen from the command's own words and status; empty: nothing.
std::string what_to_tell(const Outcome& outcome) {
  std::string text;
  const bool quiet = outcome.state == State::exited || outcome.state == State::replied;
  if (outcome.state == State::refused || outcome.state == State::never_started)
    text = outcome.error ? outcome.error->message : tools::coded_headline(outcome);
  else if (outcome.state == State::question)
    text = outcome.host + ": the device asks, and the command was given up: " + outcome.question;
  else if (outcome.state == State::cancelled && outcome.remains == gateway::Remains::nothing_to_stop)
    text = outcome.host + ": stopped before it was sent";
  else if (!quiet)
    text = tools::coded_headline(outcome);
  if (outcome.output_may_continue)
    text +=
        (text.empty() ? outcome.host + ": " : "; ") +
        std::string("a background process still holds the output; what it says from here on is not shown");
  if (!outcome.end_recorded)
    text += (text.empty() ? outcome.host + ": " : "; ") + std::string("its end could not be put on record");
  return text;
}

void tell(const Outcome& outcome, bool in_a_hurry) {
  const auto told = what_to_tell(outcome);
  if (told.empty()) return;
  if (in_a_hurry)
    say_at_once("mcp-ssh: " + readable(told));
  else
    std::cerr << "mcp-ssh: " << readable(told) << std::flush;
}

}  // namespace

std::optional<guard::Decision> verdict_on(gateway::Gateway& gateway, const gateway::Action& action) {
  try {
    return gateway.preview(action).verdict.decision;
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

base::Task<int> run_on_one(gateway::Gateway& gateway, gateway::Action action, Attending& attending) {
  using namespace base::asio::experimental::awaitable_operators;
  const auto executor = co_await base::asio::this_coro::executor;
  const auto call = gateway.submit_followed(action);
  Carrying carrying(gateway, call, attending, executor);
  attending.watch({call});
  const auto outcome = co_await (carrying.run() && conclude(gateway, call, attending, carrying));
  co_await carrying.finish(outcome);
  if (carrying.failure()) throw base::Error(*carrying.failure());
  const int signal = attending.signal();
  // Not all of what it said was taken, so it is no success either.
  const bool unheard = carrying.reader_gone() && signal == 0;
  if (unheard && (outcome.state == State::cancelled || is_fine(outcome))) co_return 128 + SIGPIPE;
  tell(outcome, signal != 0);
  if (signal != 0 && !is_fine(outcome)) co_return 128 + signal;
  const bool refused = outcome.state == State::refused;
  co_return exit_status(outcome, refused ? verdict_on(gateway, action) : std::nullopt);
}

}  // namespace mcpssh::cli
