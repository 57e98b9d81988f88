#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "device/echo_filter.hpp"
#include "device/feed.hpp"
#include "device/line_emulator.hpp"
#include "device/pause_meter.hpp"
#include "device/prompt_pattern.hpp"
#include "device/questions.hpp"
#include "device/session.hpp"
#include "device/transcript.hpp"

namespace mcpssh::device {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::string_view less_warning = "WARNING: terminal is not fully functional";
constexpr std::size_t between_limit = 16 * 1024;
/// An answer to a terminal query is typed into the device; a device that floods us with queries gets no more.
constexpr int answers_limit = 32;

base::Error invalid(std::string cause, std::string next_move) {
  return {base::ErrorCode::invalid_argument, std::move(cause), std::move(next_move)};
}

/// The line above the prompt of Junos, VyOS and PAN-OS: "{master:0}", "[edit interfaces]",
/// "{master:0}[edit]".
bool is_upper_prompt_line(std::string_view text) {
  if (text.starts_with('{')) {
    const std::string_view role = text.substr(1, text.find_first_of(":}") - 1);
    constexpr std::array<std::string_view, 5> roles{"master", "backup", "linecard", "primary", "secondary"};
    if (std::ranges::find(roles, role) == roles.end() || !text.contains('}')) return false;
    text.remove_prefix(text.find('}') + 1);
  }
  return text.empty() || (text.starts_with("[edit") && text.ends_with(']'));
}

class CliSession final : public Session {
 public:
  CliSession(std::unique_ptr<base::Duplex> stream, PromptPattern pattern, Options options)
      : options_(std::move(options)),
        feed_(std::move(stream)),
        pattern_(std::move(pattern)),
        transcript_(options_),
        echo_({}, {}) {}

  base::Task<void> start(milliseconds timeout) override;
  base::Task<Reply> line(std::string text, milliseconds timeout) override;
  base::Task<Reply> read_on(milliseconds timeout) override;
  base::Task<bool> recover(milliseconds timeout) override;
  [[nodiscard]] std::string prompt() const override { return emulator_.current(); }

 private:
  enum class Phase { fresh, idle, unfinished, broken, ended };
  enum class Echo { unknown, yes, no };
  /// What a silence of this length behind the last line means.
  enum class Meaning { nothing, prompt, pager, question, lost_prompt };
  struct Silence {
    Meaning meaning = Meaning::nothing;
    Clock::duration length{};
  };

  base::Task<Reply> send(std::string text, Clock::time_point deadline);
  base::Task<Reply> answer(std::string text, Clock::time_point deadline);
  base::Task<Reply> read_reply(Clock::time_point deadline);
  base::Task<Meaning> read_to_silence(Clock::time_point deadline);
  base::Task<bool> turn_page(Clock::time_point deadline);
  base::Task<void> answer_queries(Clock::time_point deadline);
  base::Task<void> wait_for_prompt(Clock::time_point deadline);
  void consume(std::string_view bytes);
  void add_output(std::string text);
  [[nodiscard]] Silence silence() const;
  [[nodiscard]] Silence silence_behind_prompt(PromptPattern::Likeness likeness) const;
  [[nodiscard]] bool is_prompt_line(std::string_view text) const;
  Reply finish(Reply::End end);
  Reply finish_prompt();
  Reply finish_question();
  Reply finish_closed();

  Options options_;
  Feed feed_;
  PromptPattern pattern_;
  Transcript transcript_;
  LineEmulator emulator_;
  Questions questions_;
  PauseMeter pauses_;
  Phase phase_ = Phase::fresh;

  EchoFilter echo_;
  Echo echoes_ = Echo::unknown;
  bool echo_due_ = false;  ///< a command was typed: its echo comes before the prompt counts
  std::string command_;    ///< typed last
  bool nudged_ = false;
  bool answered_ = false;       ///< a question was answered in this line
  bool prompt_passed_ = false;  ///< a prompt was seen with a log line behind it
  bool warning_held_ = false;   ///< less's warning, dropped if less asks for Enter next
  std::string between_;
  int answers_left_ = answers_limit;
  std::uint64_t bytes_ = 0;
};

base::Task<void> CliSession::start(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  co_await feed_.open();
  for (;;) {
    const Meaning meaning = co_await read_to_silence(deadline);
    if (meaning == Meaning::prompt) break;
    if (meaning == Meaning::pager) {
      const bool turned = co_await turn_page(deadline);
      if (turned) continue;
    }
    const std::string last = base::printable(base::trim(emulator_.current()), 160);
    if (feed_.ended()) {
      phase_ = Phase::ended;
      throw base::Error(
          base::ErrorCode::connection_lost,
          fmt::format("the device closed the session before its prompt; last line seen: \"{}\"", last),
          "all its terminal lines may be busy: close other sessions and try again");
    }
    if (meaning == Meaning::question && questions_.asks_for_login(emulator_.current()))
      throw base::Error(base::ErrorCode::auth_failed,
                        fmt::format("the device asks for a login inside of the session: \"{}\"", last),
                        "log in to it by SSH authentication");
    if (meaning == Meaning::question)
      throw base::Error(base::Fault::shell_silent,
                        fmt::format("the device asks before its prompt: \"{}\"", last),
                        "answer that question once by hand");
    throw base::Error(base::Fault::shell_silent,
                      fmt::format("no prompt from the device; last line seen: \"{}\"", last),
                      "if that line is the prompt, set prompt_regex to match it");
  }
  pattern_.learn(emulator_.current());
  Reply banner;
  transcript_.finish(banner);
  phase_ = Phase::idle;
}

base::Task<Reply> CliSession::line(std::string text, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  if (phase_ == Phase::fresh) throw base::Error(base::ErrorCode::internal, "line() before start()");
  if (phase_ == Phase::ended) co_return finish_closed();
  if (phase_ == Phase::broken)
    throw invalid("the device's terminal is in an unknown state since its last line was cut off",
                  "recover the session, or close it and open a new one");
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, control))
    throw invalid("a line for a device cannot hold control characters, tabs or line ends",
                  "send one line at a time, with spaces for tabs");
  if (phase_ == Phase::unfinished) {
    Reply reply = co_await answer(std::move(text), deadline);
    co_return reply;
  }
  Reply reply = co_await send(std::move(text), deadline);
  co_return reply;
}

base::Task<Reply> CliSession::read_on(milliseconds timeout) {
  if (phase_ != Phase::unfinished) throw invalid("no line is unfinished on this device", "send a line first");
  Reply reply = co_await read_reply(Clock::now() + timeout);
  co_return reply;
}

base::Task<Reply> CliSession::send(std::string text, Clock::time_point deadline) {
  phase_ = Phase::broken;  // until a reply is read, whatever happens
  co_await wait_for_prompt(deadline);
  if (feed_.ended()) co_return finish_closed();
  pauses_.fade();
  pauses_.restart();
  nudged_ = answered_ = prompt_passed_ = false;
  answers_left_ = answers_limit;
  command_ = text;
  echo_ = EchoFilter(emulator_.current(), text);
  echo_due_ = true;
  bytes_ = 0;
  const bool taken = co_await feed_.write(std::move(text) + "\n", deadline);
  if (!taken) co_return finish(Reply::End::timed_out);
  Reply reply = co_await read_reply(deadline);
  co_return reply;
}

/// Reads what came behind the last reply. If the prompt line went on, that reply ended too early on a slow
/// link, or a log line came: then the prompt is waited for, so that this command does not get out of step.
base::Task<void> CliSession::wait_for_prompt(Clock::time_point deadline) {
  consume(feed_.take());
  const bool at_prompt = pattern_.like(emulator_.current()) == PromptPattern::Likeness::known;
  if (!at_prompt) co_await read_to_silence(std::min(deadline, Clock::now() + options_.pace.doubtful));
  Reply late;
  transcript_.finish(late);
  between_.clear();
  for (const auto text : base::split(late.text, '\n'))
    if (!is_prompt_line(text) && between_.size() < between_limit && !text.empty())
      between_.append(text).append("\n");
}

base::Task<Reply> CliSession::answer(std::string text, Clock::time_point deadline) {
  consume(feed_.take());
  if (pattern_.like(emulator_.current()) == PromptPattern::Likeness::known) {
    Reply reply = finish_prompt();
    reply.line_sent = false;
    co_return reply;
  }
  // IOS takes the first key at [confirm]; a line end behind it would be another, empty command.
  const bool one_key = text.size() == 1 && base::trim(emulator_.current()).ends_with("[confirm]");
  emulator_.clear_current(LineEmulator::Newline::swallow);
  echo_ = EchoFilter({}, text);
  echo_due_ = false;
  answered_ = true;
  phase_ = Phase::broken;
  const bool taken = co_await feed_.write(one_key ? text : text + "\n", deadline);
  if (!taken) co_return finish(Reply::End::timed_out);
  Reply reply = co_await read_reply(deadline);
  co_return reply;
}

base::Task<Reply> CliSession::read_reply(Clock::time_point deadline) {
  phase_ = Phase::broken;  // a cancelled read leaves it so
  for (;;) {
    const Meaning meaning = co_await read_to_silence(deadline);
    switch (meaning) {
      case Meaning::prompt:
        co_return finish_prompt();
      case Meaning::question:
        co_return finish_question();
      case Meaning::pager:
      case Meaning::lost_prompt: {
        const bool written = co_await turn_page(deadline);
        if (written) continue;
        break;
      }
      case Meaning::nothing:
        break;
    }
    if (feed_.ended()) co_return finish_closed();
    Reply reply = finish(Reply::End::timed_out);
    phase_ = Phase::unfinished;
    co_return reply;
  }
}

/// Reads until the last line and the silence behind it mean something; nothing at the deadline and at the
/// end.
base::Task<CliSession::Meaning> CliSession::read_to_silence(Clock::time_point deadline) {
  for (;;) {
    const Silence due = silence();
    const bool waits = due.meaning != Meaning::nothing;
    const auto quiet = waits ? feed_.last_arrival() + due.length : Clock::time_point::max();
    const std::string bytes = co_await feed_.next(std::min(deadline, quiet));
    if (!bytes.empty()) {
      consume(bytes);
      co_await answer_queries(deadline);
      continue;
    }
    if (feed_.ended()) co_return Meaning::nothing;
    const auto now = Clock::now();
    if (now >= quiet) co_return due.meaning;
    if (now >= deadline) co_return Meaning::nothing;
  }
}

void CliSession::consume(std::string_view bytes) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  const bool line_open = emulator_.current_length() > 0;
  emulator_.feed(bytes);
  auto lines = emulator_.take_lines();
  pauses_.arrived(feed_.last_arrival(), line_open && bytes.front() != '\r' && bytes.front() != '\n');
  for (auto& text : lines) {
    for (auto& output : echo_.filter(std::move(text))) add_output(std::move(output));
    if (!echo_due_ || !echo_.decided()) continue;
    echo_due_ = false;
    if (echo_.seen())
      echoes_ = Echo::yes;
    else if (echoes_ == Echo::unknown)
      echoes_ = Echo::no;
  }
}

void CliSession::add_output(std::string text) {
  const std::string_view learned = base::trim(pattern_.learned());
  if (!learned.empty() && text.starts_with(learned)) {
    const std::string_view behind = base::trim(std::string_view(text).substr(learned.size()));
    prompt_passed_ = behind.empty() || behind.front() == '%' || behind.front() == '*';
  }
  if (std::exchange(warning_held_, false)) transcript_.add_line(std::string(less_warning));
  warning_held_ = text == less_warning;
  if (!warning_held_) transcript_.add_line(std::move(text));
}

/// Before the first prompt any device asks in good faith; later only with its prompt, because a file that
/// holds such a query would otherwise make us type.
base::Task<void> CliSession::answer_queries(Clock::time_point deadline) {
  const auto queries = emulator_.take_queries();
  const bool may =
      phase_ == Phase::fresh || pattern_.like(emulator_.current()) == PromptPattern::Likeness::known;
  for (const auto query : queries) {
    if (!may || answers_left_ <= 0) break;
    --answers_left_;
    std::string reply = emulator_.answer(query);
    co_await feed_.write(std::move(reply), deadline);
  }
}

CliSession::Silence CliSession::silence() const {
  if (emulator_.current_length() > Questions::longest) return {};
  const std::string last = emulator_.current();
  const Pace& pace = options_.pace;
  if (bytes_ == 0 && phase_ == Phase::broken) return {};  // nothing came since we typed
  const auto likeness = pattern_.like(last);
  if (likeness == PromptPattern::Likeness::known) return silence_behind_prompt(likeness);
  if (questions_.pager(last) != Questions::Pager::none) {
    // A page is worth little waiting: "--More--" is hardly the begin of a line, less's ":" may be.
    const auto least = base::trim(last).size() > 1 ? pace.settle / 4 : pace.settle;
    return {Meaning::pager, pauses_.settle(least, pace.settle_most)};
  }
  const auto asks = questions_.asks(last);
  if (asks == Questions::Asks::yes) return {Meaning::question, pace.question};
  if (likeness == PromptPattern::Likeness::shaped) return silence_behind_prompt(likeness);
  if (asks == Questions::Asks::maybe) return {Meaning::question, pace.maybe_question};
  if (last.empty() && prompt_passed_ && !nudged_) return {Meaning::lost_prompt, 2 * pace.doubtful};
  return {};
}

/// How sure a prompt is decides how long it must stand. Guaranteed: a reply is cut short only if a line of
/// the output begins with the device's own prompt and the link pauses right behind it for longer than three
/// times the longest pause inside a line so far (80 ms at the least). Even then the next line waits for the
/// true prompt.
CliSession::Silence CliSession::silence_behind_prompt(PromptPattern::Likeness likeness) const {
  const Pace& pace = options_.pace;
  const auto settle = pauses_.settle(pace.settle, pace.settle_most);
  const Clock::duration doubtful = std::max<Clock::duration>(pace.doubtful, settle);
  if (phase_ == Phase::fresh) return {Meaning::prompt, 3 * settle};
  if (echo_due_ && !echo_.seen()) {
    if (echoes_ == Echo::yes) return {Meaning::prompt, 2 * doubtful};
    if (echoes_ == Echo::unknown || transcript_.empty()) return {Meaning::prompt, doubtful};
  }
  if (likeness == PromptPattern::Likeness::known) return {Meaning::prompt, settle};
  // A command that renames the device has the new name in it.
  const std::string host = host_in_prompt(emulator_.current());
  return {Meaning::prompt, !host.empty() && command_.contains(host) ? 3 * settle : doubtful};
}

/// Sends what the pager wants, or Enter where a log line covered the prompt. False when the device takes
/// nothing.
base::Task<bool> CliSession::turn_page(Clock::time_point deadline) {
  const auto pager = questions_.pager(emulator_.current());
  std::string key = " ";
  if (pager == Questions::Pager::end) key = "q";
  if (pager == Questions::Pager::none) {
    key = "\n";
    nudged_ = true;
  } else {
    if (base::trim(emulator_.current()).starts_with("Press RETURN")) warning_held_ = false;
    if (phase_ == Phase::fresh) key = pager == Questions::Pager::end ? "q" : "\n";
    emulator_.clear_current(LineEmulator::Newline::swallow);
  }
  const bool written = co_await feed_.write(std::move(key), deadline);
  co_return written;
}

bool CliSession::is_prompt_line(std::string_view text) const {
  return !text.empty() && base::trim(text) == base::trim(pattern_.learned());
}

Reply CliSession::finish(Reply::End end) {
  for (auto& text : echo_.take_held()) add_output(std::move(text));
  if (std::exchange(warning_held_, false)) transcript_.add_line(std::string(less_warning));
  if (end == Reply::End::timed_out || end == Reply::End::closed) {
    transcript_.add_unterminated(emulator_.current());
    emulator_.clear_current(LineEmulator::Newline::keep);
  }
  Reply reply;
  reply.end = end;
  reply.between = std::exchange(between_, {});
  reply.bytes = std::exchange(bytes_, 0);
  transcript_.finish(reply);
  return reply;
}

Reply CliSession::finish_prompt() {
  if (!echo_.seen()) {
    for (auto& text : echo_.take_held()) add_output(std::move(text));
    if (echo_due_ && echoes_ == Echo::unknown) echoes_ = Echo::no;
  }
  echo_due_ = false;
  auto& last_lines = transcript_.held();
  if (!last_lines.empty() && !last_lines.back().empty() && is_upper_prompt_line(last_lines.back()))
    last_lines.pop_back();
  while ((answered_ || nudged_) && !last_lines.empty() && is_prompt_line(last_lines.back()))
    last_lines.pop_back();
  Reply reply = finish(Reply::End::prompt);
  reply.prompt = emulator_.current();
  pattern_.learn(reply.prompt);
  phase_ = Phase::idle;
  return reply;
}

Reply CliSession::finish_question() {
  Reply reply = finish(Reply::End::question);
  reply.question = emulator_.current();
  phase_ = Phase::unfinished;
  return reply;
}

Reply CliSession::finish_closed() {
  if (phase_ != Phase::ended) emulator_.end();
  Reply reply = finish(Reply::End::closed);
  reply.failure = feed_.failure();
  phase_ = Phase::ended;
  return reply;
}

/// Ctrl-C, then Enter if the line stays empty. Never Enter behind a question: it could mean yes.
base::Task<bool> CliSession::recover(milliseconds timeout) {
  constexpr milliseconds patience{1500};
  const auto deadline = Clock::now() + timeout;
  if (phase_ == Phase::fresh || phase_ == Phase::ended) co_return false;
  if (phase_ == Phase::idle) co_return true;
  phase_ = Phase::broken;
  consume(feed_.take());
  echo_due_ = false;
  for (int attempt = 0; Clock::now() < deadline && !feed_.ended(); ++attempt) {
    const bool in_pager = questions_.pager(emulator_.current()) != Questions::Pager::none;
    const bool enter = attempt % 2 == 1 && base::trim(emulator_.current()).empty();
    bytes_ = 0;
    const bool taken = co_await feed_.write(in_pager ? "q" : enter ? "\n" : "\x03", deadline);
    if (!taken) co_return false;
    const Meaning meaning = co_await read_to_silence(std::min(deadline, Clock::now() + patience));
    if (meaning != Meaning::prompt) continue;
    finish_prompt();
    co_return true;
  }
  if (feed_.ended()) phase_ = Phase::ended;
  co_return false;
}

}  // namespace

std::unique_ptr<Session> cli_session(std::unique_ptr<base::Duplex> stream, std::string prompt_regex,
                                     Options options) {
  auto pattern = PromptPattern::make(prompt_regex);
  if (!pattern) throw pattern.error();
  return std::make_unique<CliSession>(std::move(stream), std::move(*pattern), std::move(options));
}

}  // namespace mcpssh::device
