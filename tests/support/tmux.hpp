#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// One program on the screen of a tmux of its own: keys go in as a person types them, the screen is read as a
/// person sees it. The tmux and the program are gone when this is. Owned by one thread.
class Tmux {
 public:
  struct Options {
    std::vector<std::string> argv;
    std::map<std::string, std::string> env;
    int columns = 80;
    int rows = 24;
  };
  /// The program starts at once. When it ends the screen says "ended N", with N its exit status, and whether
  /// the terminal's modes are what they were: "modes kept" or "modes changed".
  explicit Tmux(const Options& options);
  ~Tmux();
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;

  /// Keys by tmux's names: "Enter", "Tab", "Escape", "C-c", "F5", "Down", "DC" (Delete), "IC" (Insert).
  void press(const std::vector<std::string>& keys) const;
  void type(const std::string& text) const;
  void resize(int columns, int rows) const;
  /// The screen, lines without their trailing blanks.
  [[nodiscard]] std::string screen() const;
  /// The same with the escape sequences of its colours.
  [[nodiscard]] std::string coloured_screen() const;
  /// The screen as soon as it shows `text`; throws std::runtime_error with the screen when it does not within
  /// `limit`.
  std::string wait_for(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(30));
  /// The same, until it no longer shows `text`.
  std::string wait_until_gone(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(30));
  /// The process id of what runs in the terminal: the shell that started the program.
  [[nodiscard]] int shell_pid() const;

 private:
  std::string tmux(std::vector<std::string> words) const;
  std::string wait(const std::string& text, bool there, std::chrono::seconds limit);

  TempDir home_;
  base::UniqueFd
      output_;  ///< whatever the program draws comes by here, so that nobody has to look again and again
};

}  // namespace mcpssh::test
