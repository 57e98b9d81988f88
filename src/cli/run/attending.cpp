#include "cli/run/attending.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "cli/local_action.hpp"
#include "cli/run/ask_here.hpp"
#include "cli/run/outlet.hpp"
#include "tools/asking.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::cli {
namespace {

using gateway::Waiting;
constexpr auto for_ever = std::chrono::steady_clock::time_point::max();

/// Without destructors: they would wait for hosts.
[[noreturn]] void leave(int signal) {
  say_at_once("\nmcp-ssh: left; what ran was not seen to end\n");
  std::_Exit(128 + signal);
}

}  // namespace

Attending::Attending(gateway::Gateway& gateway, const base::Executor& executor)
    : gateway_(gateway),
      signals_(executor),
      watching_(executor, base::Log::silent()),
      stops_(executor, base::Log::silent()) {
  // What whoever started us wants ignored (nohup, a script's "&") stays so.
  bool any = false;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction was{};
    if (::sigaction(signal, nullptr, &was) == 0 && was.sa_handler == SIG_IGN) continue;
    signals_.add(signal);
    any = true;
  }
  if (any) watching_.start("signals", take_signals());
}

void Attending::watch(std::vector<base::CallId> calls) {
  calls_ = std::move(calls);
  if (signal_ != 0) stop_all();
}

base::Task<void> Attending::take_signals() {
  for (;;) {
    const int came = co_await signals_.async_wait(base::asio::use_awaitable);
    if (signal_ != 0) leave(came);
    signal_ = came;
    stop_all();
    say_at_once("\nmcp-ssh: stopping; once more to leave at once\n");
  }
}

void Attending::stop_all() {
  if (std::exchange(stopping_, !calls_.empty())) return;
  for (const auto& call : calls_) stops_.start("stop", stop(call));
}

/// On record as everything else.
base::Task<void> Attending::stop(base::CallId call) {
  gateway::Stop ending{call.str()};
  co_await local_action(gateway_, gateway_.host_of(call), std::move(ending), "run");
}

base::Task<void> Attending::answered_elsewhere(std::vector<base::CallId> calls) {
  for (const auto& call : calls) co_await gateway_.answered(call, for_ever);
}

base::Task<void> Attending::answer(std::vector<std::pair<base::CallId, Waiting>> waiting) {
  using namespace base::asio::experimental::awaitable_operators;
  std::vector<Waiting> here;
  std::vector<base::CallId> asked, all;
  for (const auto& [call, question] : waiting) {
    all.push_back(call);
    const auto note = gateway_.note(call);
    if (question.elicit) {
      here.push_back(question);
      asked.push_back(call);
    } else if (note && note->approval) {
      std::cerr << question.where << ": " << tools::waiting_text(*note->approval) << "\n" << std::flush;
    }
  }
  if (!here.empty() && signal_ == 0) {
    auto first = co_await (ask_here(tools::question_about(here)) || answered_elsewhere(asked));
    if (first.index() == 0 && signal_ == 0) {
      const auto given = std::get<0>(std::move(first)).value_or(gateway::Decision());
      for (const auto& call : asked) gateway_.decide(call, given);
    }
  }
  co_await answered_elsewhere(std::move(all));
}

base::Task<void> Attending::end() {
  watching_.cancel();
  co_await watching_.join();
  co_await stops_.join();
}

}  // namespace mcpssh::cli
