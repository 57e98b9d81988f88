#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::device {

/// Takes the echo of one command off the lines that follow it. The echo stands behind the prompt, on a line
/// of its own, over several lines where the terminal wrapped it, with words completed by the device (Junos),
/// or not at all. Pure.
class EchoFilter {
 public:
  /// `prompt`: the unterminated line the command was typed behind.
  EchoFilter(std::string prompt, std::string command);

  /// Gives one finished line; returns those that are output.
  std::vector<std::string> filter(std::string line);
  /// True when the echo came.
  [[nodiscard]] bool seen() const { return state_ == State::seen; }
  [[nodiscard]] bool decided() const { return state_ != State::open; }
  /// Lines that looked like the begin of an echo when the output ended.
  std::vector<std::string> take_held();

 private:
  enum class State { open, seen, absent };
  [[nodiscard]] bool is_echo(std::string_view text) const;
  [[nodiscard]] bool begins_echo(std::string_view text) const;

  std::string prompt_, command_;
  State state_ = State::open;
  bool may_repeat_ = false;  ///< RouterOS repaints the prompt with the command, EOS echoes twice when it lags
  std::vector<std::string> held_;
  std::string joined_;  ///< of held_
};

}  // namespace mcpssh::device
