#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lab/commands.hpp"

namespace mcpssh::lab {

/// One person's console of the simulated switch: echo, line editing, pager, questions. Bytes in, bytes out;
/// knows no SSH and no time. Line ends out are CR LF; in, CR, LF and CR LF are one Enter.
class Console {
 public:
  /// `rows` is the terminal's height, which IOS takes as its page length; 0 turns paging off.
  Console(std::shared_ptr<Switch> device, unsigned rows);

  /// The banner and the first prompt.
  std::string log_in();
  /// Instead of log_in(): one command as an exec channel runs it, privileged, unpaged and without echo or
  /// prompt. Ends at once unless the command asks something.
  std::string run_once(std::string_view command);
  /// What the switch answers to one more byte typed.
  std::string type(char byte);
  std::string type(std::string_view bytes);
  void resize(unsigned rows) { place_.page_rows = rows; }
  /// The switch hung up: nothing more is read.
  [[nodiscard]] bool finished() const { return state_ == State::finished; }

 private:
  enum class State { line, question, pager, finished };

  void on_line_key(char byte);
  void on_question_key(char byte);
  void on_pager_key(char byte);
  void enter_line();
  void show_help();
  void complete_word();
  bool edit(char byte, bool echo);
  void interrupt();
  void answer(std::string_view text);
  void carry_out(Outcome outcome);
  void show_page(std::size_t rows);
  void after_output();
  void show_prompt();
  void say(std::string_view line);
  [[nodiscard]] bool in_escape_sequence(char byte);

  std::shared_ptr<Switch> device_;
  Place place_;
  State state_ = State::line;
  bool once_ = false;
  bool after_cr_ = false;
  enum class Escape { none, started, parameters } escape_ = Escape::none;
  std::string line_;  ///< typed so far
  std::string out_;
  Outcome shown_;             ///< being paged
  std::size_t next_row_ = 0;  ///< of shown_.lines
};

}  // namespace mcpssh::lab
