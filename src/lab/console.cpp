#include "lab/console.hpp"

#include <algorithm>
#include <utility>

namespace mcpssh::lab {
namespace {

/// IOS takes 254 characters and rings the bell for more.
constexpr std::size_t longest_line = 254;
constexpr std::string_view more = " --More-- ";
constexpr char bell = '\a', backspace = '\b', rubout = 0x7f, cancel = 0x03, kill_line = 0x15,
               kill_word = 0x17, leave = 0x1a, escape = 0x1b;

bool printable(char c) {
  return static_cast<unsigned char>(c) >= ' ' && c != rubout;
}

std::string rub_out(std::size_t characters) {
  std::string keys;
  for (std::size_t i = 0; i < characters; ++i) keys += "\b \b";
  return keys;
}

}  // namespace

Console::Console(std::shared_ptr<Switch> device, unsigned rows) : device_(std::move(device)) {
  place_.page_rows = rows;
}

std::string Console::log_in() {
  say("");
  say("This is a simulated switch for demonstrations and tests.");
  say("");
  show_prompt();
  return std::exchange(out_, {});
}

std::string Console::run_once(std::string_view command) {
  once_ = true;
  place_.mode = privileged_mode;
  place_.page_rows = 0;
  say("");
  carry_out(execute(place_, *device_, command, 0));
  return std::exchange(out_, {});
}

std::string Console::type(std::string_view bytes) {
  std::string answer;
  for (const char byte : bytes) answer += type(byte);
  return answer;
}

std::string Console::type(char byte) {
  const bool second_half = byte == '\n' && after_cr_;
  after_cr_ = byte == '\r';
  if (second_half || byte == '\0' || in_escape_sequence(byte)) return {};
  if (byte == '\n') byte = '\r';
  switch (state_) {
    case State::line:
      on_line_key(byte);
      break;
    case State::question:
      on_question_key(byte);
      break;
    case State::pager:
      on_pager_key(byte);
      break;
    case State::finished:
      break;
  }
  return std::exchange(out_, {});
}

/// Cursor keys and answers to terminal queries are swallowed whole.
bool Console::in_escape_sequence(char byte) {
  switch (escape_) {
    case Escape::none:
      if (byte != escape) return false;
      escape_ = Escape::started;
      return true;
    case Escape::started:
      escape_ = byte == '[' || byte == 'O' ? Escape::parameters : Escape::none;
      return true;
    case Escape::parameters:
      if (byte >= '@' && byte <= '~') escape_ = Escape::none;
      return true;
  }
  return false;
}

void Console::on_line_key(char byte) {
  if (byte == '\r') {
    enter_line();
  } else if (byte == '?') {
    show_help();
  } else if (byte == '\t') {
    complete_word();
  } else if (byte == cancel) {
    interrupt();
  } else if (byte == leave) {
    out_ += "^Z";
    interrupt();
  } else {
    edit(byte, true);
  }
}

/// True when the byte was for the editor.
bool Console::edit(char byte, bool echo) {
  std::size_t gone = 0;
  if (byte == backspace || byte == rubout) {
    gone = std::min<std::size_t>(1, line_.size());
  } else if (byte == kill_line) {
    gone = line_.size();
  } else if (byte == kill_word) {
    const std::size_t end = line_.find_last_not_of(' ');
    const std::size_t space = end == std::string::npos ? end : line_.find_last_of(' ', end);
    gone = line_.size() - (space == std::string::npos ? 0 : space + 1);
  } else if (!printable(byte)) {
    return false;
  } else if (line_.size() >= longest_line) {
    out_ += bell;
  } else {
    line_ += byte;
    if (echo) out_ += byte;
  }
  line_.resize(line_.size() - gone);
  if (echo) out_ += rub_out(gone);
  return true;
}

void Console::enter_line() {
  say("");
  const std::string typed = std::exchange(line_, {});
  carry_out(execute(place_, *device_, typed, prompt_of(place_, *device_).size()));
}

/// Ctrl-C and Ctrl-Z: the line is dropped, and configuration mode left.
void Console::interrupt() {
  line_.clear();
  say("");
  if (place_.mode != user_mode) place_.mode = privileged_mode;
  show_prompt();
}

void Console::show_help() {
  out_ += '?';
  say("");
  const auto words = help(place_, line_);
  if (words.empty()) say("% Unrecognized command");
  for (const std::string& word : words) say("  " + word);
  say("");
  out_ += prompt_of(place_, *device_) + line_;
}

void Console::complete_word() {
  const auto words = help(place_, line_);
  if (words.size() == 1 && words.front().front() != '<' && !line_.empty() && !line_.ends_with(' ')) {
    line_.resize(line_.find_last_of(' ') + 1);  // npos + 1 is 0: the only word
    line_ += words.front() + " ";
  }
  say("");
  out_ += prompt_of(place_, *device_) + line_;
}

void Console::on_question_key(char byte) {
  const Question::Kind kind = shown_.question->kind;
  if (byte == cancel) {
    line_.clear();
    say("");
    show_prompt();
  } else if (kind == Question::Kind::confirm) {
    say(printable(byte) ? std::string(1, byte) : "");
    if (byte == '\r' || byte == 'y' || byte == 'Y')
      answer({});
    else
      show_prompt();
  } else if (byte == '\r') {
    say("");
    answer(std::exchange(line_, {}));
  } else {
    edit(byte, kind == Question::Kind::answer);
  }
}

void Console::answer(std::string_view text) {
  const auto question = shown_.question;
  carry_out(question->then(place_, *device_, text));
}

void Console::carry_out(Outcome outcome) {
  shown_ = std::move(outcome);
  next_row_ = 0;
  const std::size_t rows = place_.page_rows;
  show_page(rows == 0 ? shown_.lines.size() : std::max<std::size_t>(rows, 2) - 1);
}

void Console::show_page(std::size_t rows) {
  const std::size_t end = std::min(next_row_ + rows, shown_.lines.size());
  for (; next_row_ < end; ++next_row_) say(shown_.lines[next_row_]);
  if (next_row_ < shown_.lines.size()) {
    state_ = State::pager;
    out_ += more;
  } else {
    after_output();
  }
}

void Console::on_pager_key(char byte) {
  const std::string back(more.size(), backspace);
  out_ += back + std::string(more.size(), ' ') + back;
  if (byte == ' ') {
    show_page(std::max<std::size_t>(place_.page_rows, 2) - 1);
  } else if (byte == '\r') {
    show_page(1);
  } else {
    next_row_ = shown_.lines.size();
    after_output();
  }
}

void Console::after_output() {
  if (shown_.hang_up) {
    state_ = State::finished;
  } else if (shown_.question) {
    state_ = State::question;
    out_ += shown_.question->text;
  } else {
    show_prompt();
  }
}

void Console::show_prompt() {
  state_ = once_ ? State::finished : State::line;
  if (!once_) out_ += prompt_of(place_, *device_);
}

void Console::say(std::string_view line) {
  out_.append(line).append("\r\n");
}

}  // namespace mcpssh::lab
