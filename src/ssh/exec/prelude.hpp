#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::ssh {

/// Reads the lines that command_text() puts in front of a command out of the stream they arrive in, however
/// that is cut and whatever a login script or sudo prints between them. Nothing is recognised any more once
/// the command has begun: what it prints is its own, also when it looks like ours. Pure.
class Prelude {
 public:
  /// `go_line`: the command begins with the "go" line, otherwise with the pid line.
  Prelude(std::string_view nonce, bool go_line) : marker_(std::string(nonce) + ' '), go_line_(go_line) {}

  /// Returns the bytes of the stream that are not ours: a login script's, the command's. Holds back at most
  /// what may still become a line of ours.
  std::string feed(std::string_view bytes);
  /// What was held back, at the end of the stream.
  std::string flush();

  /// Of the shell that was given the text.
  [[nodiscard]] std::optional<long> pid() const { return pid_; }
  [[nodiscard]] bool begun() const { return begun_; }
  /// How often sudo has asked for the password.
  [[nodiscard]] int asked() const { return asked_; }
  /// sudo has let us through.
  [[nodiscard]] bool inside() const { return inside_; }
  /// The directory cannot be changed to.
  [[nodiscard]] bool no_directory() const { return no_directory_; }
  /// What sudo said, or once inside cd and export, before the command began: the last 2 KiB.
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  bool understand(std::string_view word);
  void pass(std::string_view bytes, std::string& out);

  std::string marker_;
  bool go_line_;
  std::string held_, said_;
  std::optional<long> pid_;
  int asked_ = 0;
  bool begun_ = false, inside_ = false, no_directory_ = false;
};

}  // namespace mcpssh::ssh
