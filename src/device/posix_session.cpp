#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "device/echo_filter.hpp"
#include "device/feed.hpp"
#include "device/line_emulator.hpp"
#include "device/marker_scan.hpp"
#include "device/questions.hpp"
#include "device/session.hpp"
#include "device/shell_frame.hpp"
#include "device/transcript.hpp"

namespace mcpssh::device {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// The terminal driver takes 4095 bytes a line; what is longer would be cut without a word.
constexpr std::size_t longest_answer_line = 4000;
/// Of what comes between two lines.
constexpr std::size_t between_limit = 16 * 1024;
constexpr std::size_t last_seen_limit = 4 * 1024;
/// Our prompt and what bash may print behind it: its old prompt.
constexpr std::size_t prompt_seen = 200;

base::Error invalid(std::string cause, std::string next_move) {
  return {base::ErrorCode::invalid_argument, std::move(cause), std::move(next_move)};
}

/// The last line of `raw` that is not empty, fit for a message.
std::string last_line_of(std::string_view raw) {
  LineEmulator emulator;
  emulator.feed(raw);
  std::string last = emulator.current();
  const auto lines = emulator.take_lines();
  for (auto line = lines.rbegin(); line != lines.rend() && base::trim(last).empty(); ++line) last = *line;
  return base::printable(base::trim(last), 160);
}

class PosixSession final : public Session {
 public:
  PosixSession(std::unique_ptr<base::Duplex> stream, Options options)
      : options_(std::move(options)), feed_(std::move(stream)), transcript_(options_) {}

  base::Task<void> start(milliseconds timeout) override;
  base::Task<Reply> line(std::string text, milliseconds timeout) override;
  base::Task<Reply> read_on(milliseconds timeout) override;
  base::Task<bool> recover(milliseconds timeout) override;
  [[nodiscard]] std::string prompt() const override { return emulator_.current(); }

 private:
  enum class Phase {
    fresh,
    idle,        ///< the shell reads the next line
    unfinished,  ///< a program has the terminal
    broken,      ///< a line was cancelled, or only a part of it was taken: nothing is known
    ended,
  };

  base::Task<Reply> run(std::string text, Clock::time_point deadline);
  base::Task<Reply> answer(std::string text, Clock::time_point deadline);
  base::Task<Reply> read_frame(Clock::time_point deadline);
  base::Task<std::string> shake_hands(std::string& seen, Clock::time_point deadline);
  void consume(std::string_view bytes);
  void consume_output(std::string_view bytes);
  [[nodiscard]] Clock::time_point quiet_deadline() const;
  [[nodiscard]] std::optional<int> abandoned_status() const;
  [[nodiscard]] bool asks() const;
  std::string take_between();
  Reply finish(Reply::End end);
  Reply finish_frame(int status);
  Reply finish_question();
  Reply finish_closed();

  Options options_;
  Feed feed_;
  Transcript transcript_;
  LineEmulator emulator_;
  Questions questions_;
  Phase phase_ = Phase::fresh;
  ShellTraits shell_;
  Nonce prompt_;
  Frame frame_;
  std::optional<MarkerScan> begin_, end_;  ///< of the unfinished line
  std::optional<EchoFilter> answer_echo_;  ///< where the terminal echoes
  std::string before_;                     ///< what came before begin_, raw
  bool typed_echo_expected_ = false;       ///< the first line comes behind the echo of the handshake
  std::uint64_t bytes_ = 0;
};

base::Error no_posix_shell(std::string_view shell, std::string_view seen) {
  return {
      base::Fault::shell_not_posix,
      fmt::format("the login shell is not a POSIX shell{}{}; last line seen: \"{}\"",
                  shell.empty() ? "" : ": ", base::printable(shell, 80), last_line_of(seen)),
      "use stateless commands, give the account sh, dash, bash, ksh or zsh, or set shell: cli for a device"};
}

base::Task<void> PosixSession::start(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  co_await feed_.open();
  std::string seen;
  const std::string traits = co_await shake_hands(seen, deadline);
  const auto parsed = parse_traits(traits);
  if (!parsed)
    throw base::Error(base::Fault::shell_not_posix, "the shell answered the handshake with nonsense");
  shell_ = *parsed;
  frame_.turn_echo_off = false;
  typed_echo_expected_ = true;
  phase_ = Phase::idle;
}

/// Returns what the shell said behind the ready word. `seen` grows by what came before.
base::Task<std::string> PosixSession::shake_hands(std::string& seen, Clock::time_point deadline) {
  const Nonce ready = Nonce::fresh();
  const Nonce fallback = Nonce::fresh();
  prompt_ = Nonce::fresh();
  MarkerScan ready_scan(ready.joined(), MarkerScan::Kind::plain);
  MarkerScan fallback_scan(fallback.joined(), MarkerScan::Kind::plain);
  std::string behind_ready, behind_fallback;
  const bool taken = co_await feed_.write(handshake_text(ready, fallback, prompt_), deadline);
  while (taken) {
    const std::string bytes = co_await feed_.next(deadline);
    if (bytes.empty()) break;
    seen += fallback_scan.feed(bytes);
    if (seen.size() > 2 * last_seen_limit) seen.erase(0, seen.size() - last_seen_limit);
    ready_scan.feed(bytes);
    if (ready_scan.found()) behind_ready += ready_scan.take_rest();
    if (const auto end = behind_ready.find(';'); end != std::string::npos)
      co_return behind_ready.substr(0, end + 1);
    if (!fallback_scan.found() || ready_scan.found()) continue;
    behind_fallback += fallback_scan.take_rest();
    if (const auto end = behind_fallback.find('\n'); end != std::string::npos)
      throw no_posix_shell(base::trim(behind_fallback.substr(0, end)), seen);
  }
  if (feed_.ended()) {
    phase_ = Phase::ended;
    throw base::Error(base::ErrorCode::connection_lost,
                      fmt::format("the host closed the shell before it was ready; last line seen: \"{}\"",
                                  last_line_of(seen)),
                      "check that the account may log in to an interactive shell");
  }
  throw base::Error(
      base::Fault::shell_silent,
      fmt::format("the shell did not answer the handshake; last line seen: \"{}\"", last_line_of(seen)),
      "set shell: cli if this is a device, or check what the account's login runs");
}

base::Task<Reply> PosixSession::line(std::string text, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  switch (phase_) {
    case Phase::fresh:
      throw base::Error(base::ErrorCode::internal, "line() before start()");
    case Phase::broken:
      throw invalid("the shell is in an unknown state since its last line was cut off",
                    "recover the session, or close it and open a new one");
    case Phase::ended:
      co_return finish_closed();
    case Phase::unfinished:
      break;
    case Phase::idle: {
      Reply reply = co_await run(std::move(text), deadline);
      co_return reply;
    }
  }
  Reply reply = co_await answer(std::move(text), deadline);
  co_return reply;
}

base::Task<Reply> PosixSession::read_on(milliseconds timeout) {
  if (phase_ != Phase::unfinished) throw invalid("no line is unfinished in this shell", "send a line first");
  Reply reply = co_await read_frame(Clock::now() + timeout);
  co_return reply;
}

base::Task<Reply> PosixSession::run(std::string text, Clock::time_point deadline) {
  frame_.begin = Nonce::fresh();
  frame_.end = Nonce::fresh();
  frame_.prompt = prompt_;
  auto typed = framed_text(text, shell_, frame_);
  if (!typed) throw typed.error();
  begin_.emplace(frame_.begin.joined(), MarkerScan::Kind::plain);
  end_.emplace(frame_.end.joined(), MarkerScan::Kind::with_status);
  emulator_ = LineEmulator();
  phase_ = Phase::broken;  // until the line was taken, whatever happens
  const bool taken = co_await feed_.write(std::move(*typed), deadline);
  if (!taken) co_return finish(Reply::End::timed_out);
  Reply reply = co_await read_frame(deadline);
  co_return reply;
}

base::Task<Reply> PosixSession::answer(std::string text, Clock::time_point deadline) {
  for (const auto part : base::split(text, '\n'))
    if (part.size() > longest_answer_line)
      throw invalid(fmt::format("a terminal takes {} bytes a line, this input has {}", longest_answer_line,
                                part.size()),
                    "send it in shorter lines, or write a file");
  consume(feed_.take());
  if (end_->found()) {
    Reply reply = finish_frame(end_->status().value_or(0));
    reply.line_sent = false;
    co_return reply;
  }
  emulator_.clear_current(LineEmulator::Newline::swallow);
  if (!shell_.quiet) answer_echo_.emplace(std::string(), text);
  phase_ = Phase::broken;
  const bool taken = co_await feed_.write(std::move(text) + "\n", deadline);
  if (!taken) co_return finish(Reply::End::timed_out);
  Reply reply = co_await read_frame(deadline);
  co_return reply;
}

base::Task<Reply> PosixSession::read_frame(Clock::time_point deadline) {
  phase_ = Phase::broken;  // a cancelled read leaves it so
  for (;;) {
    if (end_->found()) co_return finish_frame(end_->status().value_or(0));
    const std::string bytes = co_await feed_.next(std::min(deadline, quiet_deadline()));
    consume(bytes);
    if (!bytes.empty()) continue;
    if (feed_.ended()) co_return finish_closed();
    const auto now = Clock::now();
    if (now >= quiet_deadline()) {
      if (const auto status = abandoned_status()) co_return finish_frame(*status);
      if (asks()) co_return finish_question();
    }
    if (now >= deadline) {
      Reply reply = finish(Reply::End::timed_out);
      phase_ = Phase::unfinished;
      co_return reply;
    }
  }
}

void PosixSession::consume(std::string_view bytes) {
  bytes_ += bytes.size();
  if (begin_->found()) {
    consume_output(bytes);
    return;
  }
  before_ += begin_->feed(bytes);
  if (before_.size() > 2 * between_limit) before_.erase(0, before_.size() - between_limit);
  if (begin_->found()) consume_output(begin_->take_rest());
}

void PosixSession::consume_output(std::string_view bytes) {
  emulator_.feed(end_->feed(bytes));
  if (end_->found()) emulator_.end();
  for (auto& text : emulator_.take_lines()) {
    if (!answer_echo_) {
      transcript_.add_line(std::move(text));
      continue;
    }
    for (auto& output : answer_echo_->filter(std::move(text))) transcript_.add_line(std::move(output));
  }
}

/// When silence begins to mean something for the last line as it stands; never, for most.
Clock::time_point PosixSession::quiet_deadline() const {
  if (!begin_->found()) return Clock::time_point::max();
  if (abandoned_status()) return feed_.last_arrival() + options_.pace.settle;
  if (emulator_.current_length() > Questions::longest) return Clock::time_point::max();
  switch (questions_.asks_or_prompts(emulator_.current())) {
    case Questions::Asks::yes:
      return feed_.last_arrival() + options_.pace.question;
    case Questions::Asks::maybe:
      return feed_.last_arrival() + options_.pace.maybe_question;
    case Questions::Asks::no:
      break;
  }
  return Clock::time_point::max();
}

/// The shell's own prompt stands on the last line: the shell gave up the whole line (an interrupt, some
/// errors) and with it our frame. The exit status is in the prompt.
std::optional<int> PosixSession::abandoned_status() const {
  MarkerScan scan(prompt_.joined(), MarkerScan::Kind::with_status);
  scan.feed(emulator_.current_end(prompt_seen));
  return scan.found() ? scan.status() : std::nullopt;
}

bool PosixSession::asks() const {
  return emulator_.current_length() <= Questions::longest &&
         questions_.asks_or_prompts(emulator_.current()) != Questions::Asks::no;
}

/// What came before the line ran, without our own prompts. Nothing when the terminal echoed what we typed.
std::string PosixSession::take_between() {
  const std::string raw = std::exchange(before_, {});
  const bool echoed = raw.contains(frame_.begin.first);
  frame_.turn_echo_off = echoed && shell_.quiet;  // something turned it on again
  if (echoed || std::exchange(typed_echo_expected_, false)) return {};
  std::string rest = raw;
  std::string kept;
  while (!rest.empty()) {
    MarkerScan scan(prompt_.joined(), MarkerScan::Kind::with_status);
    kept += scan.feed(rest);
    const bool found = scan.found();
    rest = scan.take_rest();
    if (!found) kept += std::exchange(rest, {});
  }
  LineEmulator emulator;
  emulator.feed(kept);
  emulator.end();
  std::string between;
  for (const auto& text : emulator.take_lines()) between += text + "\n";
  return between + emulator.current();
}

Reply PosixSession::finish(Reply::End end) {
  Reply reply;
  reply.end = end;
  reply.between = take_between();
  if (answer_echo_)
    for (auto& text : answer_echo_->take_held()) transcript_.add_line(std::move(text));
  answer_echo_.reset();
  transcript_.add_unterminated(emulator_.current());
  emulator_.clear_current(LineEmulator::Newline::keep);
  transcript_.finish(reply);
  reply.bytes = std::exchange(bytes_, 0);
  return reply;
}

Reply PosixSession::finish_frame(int status) {
  if (const auto at = emulator_.current().find(prompt_.joined()); at != std::string::npos) {
    const std::string text = emulator_.current().substr(0, at);
    emulator_.clear_current(LineEmulator::Newline::keep);
    emulator_.feed(text);
  }
  Reply reply = finish(Reply::End::prompt);
  reply.exit_code = status;
  frame_.last_exit = std::clamp(status, 0, 255);
  before_ = end_->take_rest();
  begin_.reset();
  end_.reset();
  phase_ = Phase::idle;
  return reply;
}

Reply PosixSession::finish_question() {
  const std::string question = emulator_.current();
  emulator_.clear_current(LineEmulator::Newline::keep);
  Reply reply = finish(Reply::End::question);
  reply.question = question;
  emulator_.feed(question);  // prompt() shows it until it is answered
  phase_ = Phase::unfinished;
  return reply;
}

Reply PosixSession::finish_closed() {
  if (phase_ != Phase::ended && begin_ && end_) {
    if (begin_->found()) {
      emulator_.feed(end_->take_rest());
      emulator_.end();
    } else {
      before_ += begin_->take_rest();
    }
  }
  Reply reply = finish(Reply::End::closed);
  reply.failure = feed_.failure();
  phase_ = Phase::ended;
  return reply;
}

/// Only a shell of which our prompt is seen is taken back: a program that ignores the interrupt must not be
/// fed shell text, and a shell on another host must not be taken for this one.
base::Task<bool> PosixSession::recover(milliseconds timeout) {
  constexpr std::string_view interrupt = "\x03";
  constexpr milliseconds patience{1500};
  const auto deadline = Clock::now() + timeout;
  if (phase_ == Phase::fresh || phase_ == Phase::ended) co_return false;
  if (phase_ == Phase::idle) co_return true;
  MarkerScan prompt(prompt_.joined(), MarkerScan::Kind::with_status);
  phase_ = Phase::broken;
  while (!prompt.found() && Clock::now() < deadline) {
    feed_.take();
    const bool taken = co_await feed_.write(std::string(interrupt), deadline);
    if (!taken) co_return false;
    const auto retry = std::min(deadline, Clock::now() + patience);
    while (!prompt.found()) {
      const std::string bytes = co_await feed_.next(retry);
      if (bytes.empty()) break;
      prompt.feed(bytes);
    }
    if (feed_.ended()) {
      phase_ = Phase::ended;
      co_return false;
    }
  }
  if (!prompt.found()) co_return false;
  frame_.last_exit = std::clamp(prompt.status().value_or(0), 0, 255);
  begin_.reset();
  end_.reset();
  before_.clear();
  emulator_ = LineEmulator();
  Reply discarded;
  transcript_.finish(discarded);
  typed_echo_expected_ = true;  // a line that was cut off may still be echoed
  phase_ = Phase::idle;
  co_return true;
}

}  // namespace

std::unique_ptr<Session> posix_session(std::unique_ptr<base::Duplex> stream, Options options) {
  return std::make_unique<PosixSession>(std::move(stream), std::move(options));
}

}  // namespace mcpssh::device
