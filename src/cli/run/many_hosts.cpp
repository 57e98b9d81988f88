#include "cli/run/many_hosts.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "cli/run/answers.hpp"
#include "cli/run/ask_here.hpp"
#include "cli/run/exit_status.hpp"
#include "cli/run/one_host.hpp"
#include "cli/run/outlet.hpp"
#include "hosts/snapshot.hpp"
#include "tools/fan_out.hpp"

namespace mcpssh::cli {
namespace {

using gateway::Outcome;
using gateway::State;
constexpr auto for_ever = std::chrono::steady_clock::time_point::max();

Look look_of(int descriptor) {
  Look look;
  look.columns = 0;
  if (::isatty(descriptor) != 1) return look;
  winsize size{};
  look.columns = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  const auto environment = hosts::process_environment();
  const bool plain = environment("TERM").value_or("dumb") == "dumb";
  look.colours = !plain && environment("NO_COLOR").value_or("").empty();
  return look;
}

/// A line on stderr that is drawn over again, where stderr is a terminal that can.
class Progress {
 public:
  Progress() : look_(look_of(STDERR_FILENO)) {
    drawn_on_ = look_.columns > 0 && hosts::process_environment()("TERM").value_or("dumb") != "dumb";
  }
  void show(std::size_t done, std::size_t all, std::size_t failed) const {
    if (drawn_on_)
      std::cerr << "\r\x1b[K" << progress_bar(done, all, failed, look_.columns - 1) << std::flush;
  }
  void clear() const {
    if (drawn_on_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  Look look_;
  bool drawn_on_ = false;
};

class Round {
 public:
  Round(gateway::Gateway& gateway, std::vector<gateway::Action> actions, Attending& attending)
      : gateway_(gateway), actions_(std::move(actions)), attending_(attending) {}

  void begin(gateway::Rolling rolling) {
    const auto batch = "batch_" + base::random_hex(8);
    for (auto& action : actions_) action.batch = batch;
    answers_.resize(actions_.size());
    calls_ = gateway_.submit_batch(actions_, rolling);
    attending_.watch(calls_);
  }

  base::Task<void> run() {
    for (const auto& call : calls_) co_await gateway_.judged(call, for_ever);
    for (;;) {
      auto waiting = co_await look();
      if (!waiting.empty()) {
        progress_.clear();
        co_await attending_.answer(std::move(waiting));
        continue;
      }
      progress_.show(done_, calls_.size(), failed_);
      if (done_ == calls_.size()) break;
      co_await gateway_.something(for_ever);
    }
    progress_.clear();
  }

  [[nodiscard]] const std::vector<Answer>& answers() const { return answers_; }

  [[nodiscard]] int status() const {
    if (std::ranges::all_of(answers_, [](const Answer& each) { return is_fine(each.outcome); })) return 0;
    if (attending_.signal() != 0) return 128 + attending_.signal();
    bool all_asked = true, all_denied = true;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      const bool refused = answers_[i].outcome.state == State::refused;
      const bool asks = refused && verdict_on(gateway_, actions_[i]) == guard::Decision::ask;
      all_asked = all_asked && asks;
      all_denied = all_denied && refused && !asks;
    }
    if (answers_.size() == 1)
      return exit_status(answers_.front().outcome, all_asked ? guard::Decision::ask : guard::Decision::deny);
    return all_asked ? asks_status : all_denied ? denied_status : 1;
  }

 private:
  /// Takes what has ended since; what waits for a person.
  base::Task<std::vector<std::pair<base::CallId, gateway::Waiting>>> look() {
    std::vector<std::pair<base::CallId, gateway::Waiting>> waiting;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i].empty()) continue;
      auto progress = gateway_.poll(calls_[i]);
      if (!progress) {
        answers_[i].outcome.state = State::no_status;  // no longer known, and so is how it ended
        answers_[i].outcome.host = actions_[i].host;
        ended(i);
      } else if (auto* outcome = std::get_if<Outcome>(&*progress)) {
        answers_[i].outcome = std::move(*outcome);
        co_await take_words(calls_[i], answers_[i]);
        ended(i);
      } else if (auto* question = std::get_if<gateway::Waiting>(&*progress)) {
        waiting.emplace_back(calls_[i], std::move(*question));
      }
    }
    co_return waiting;
  }

  void ended(std::size_t i) {
    attending_.over(calls_[i]);
    calls_[i] = base::CallId();
    ++done_;
    if (!is_fine(answers_[i].outcome)) ++failed_;
  }

  base::Task<void> take_words(base::CallId call, Answer& answer) {
    for (const bool is_stderr : {false, true}) {
      std::string& words = is_stderr ? answer.err : answer.out;
      gateway::OutputQuery query;
      query.call = call;
      query.is_stderr = is_stderr;
      query.budget = base::limits::kept_output_bytes;
      query.offset = 0;
      for (std::uint64_t next = 0;; query.offset = next) {
        const auto view = co_await gateway_.read_output(actions_.front().principal, query);
        if (!view.by_offset && is_stderr) break;
        words += view.text;
        answer.lost += view.lost;
        const bool last = !view.by_offset || view.next <= next;
        next = view.next;
        if (last || next >= (is_stderr ? view.total_err : view.total_out)) break;
      }
    }
  }

  gateway::Gateway& gateway_;
  std::vector<gateway::Action> actions_;
  Attending& attending_;
  Progress progress_;
  std::vector<base::CallId> calls_;  ///< an empty id: it has ended
  std::vector<Answer> answers_;      ///< by the same index
  std::size_t done_ = 0, failed_ = 0;
};

void add_line_end(std::string& text) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
}

/// Titles go where the words they are about go, so that both can be read together in a file.
base::Task<bool> print(const std::vector<Answer>& answers, const base::Executor& executor) {
  Outlet out(executor, STDOUT_FILENO), err(executor, STDERR_FILENO);
  const auto look = look_of(STDOUT_FILENO);
  for (const auto& group : grouped(answers)) {
    const auto& first = answers[group.front()];
    std::string text = title(answers, group, look) + "\n" + first.out;
    add_line_end(text);
    if (!first.err.empty()) text += "-- stderr\n" + first.err;
    add_line_end(text);
    if (first.lost > 0)
      text += "-- " + std::to_string(first.lost) + " bytes in the middle were too many to keep\n";
    const bool read = co_await out.write(std::move(text));
    if (!read) co_return false;
  }
  if (answers.size() > 1) co_await err.write("mcp-ssh: " + summary(answers) + "\n");
  co_return true;
}

}  // namespace

base::Task<int> run_on_many(gateway::Gateway& gateway, std::vector<gateway::Action> actions,
                            RunOptions options, Attending& attending) {
  gateway::Rolling rolling;
  rolling.parallel = options.limit;
  rolling.stop_on_failure = options.stop_on_failure;
  if (!options.batch.empty()) {
    const auto step = tools::step_of(options.batch, actions.size());
    if (!step) throw base::Error(step.error());
    rolling.step = *step;
  }
  Round round(gateway, std::move(actions), attending);
  round.begin(rolling);
  co_await round.run();
  const auto executor = co_await base::asio::this_coro::executor;
  const int status = round.status();
  bool read = true;
  if (options.json) {
    Outlet out(executor, STDOUT_FILENO);
    read = co_await out.write(base::json::serialize(to_json(round.answers(), status)) + "\n");
  } else {
    read = co_await print(round.answers(), executor);
  }
  co_return read ? status : 128 + SIGPIPE;
}

}  // namespace mcpssh::cli
