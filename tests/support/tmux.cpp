#include "support/tmux.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "base/text.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

using Clock = std::chrono::steady_clock;

/// Waits for Enter, so that everything the program draws passes the pipe.
std::string script(const Tmux::Options& options) {
  std::string command;
  for (const auto& [name, value] : options.env)
    command += "export " + name + "=" + base::shell_quote(value) + "; ";
  // The program's Ctrl-C is not for the shell that tells of its end.
  command += "trap : INT; before=$(stty -g); read go; clear;";
  for (const auto& word : options.argv) command += " " + base::shell_quote(word);
  return command +
         "; echo \"ended $?\"; [ \"$(stty -g)\" = \"$before\" ] && echo modes kept || echo modes changed; "
         "read end";
}

}  // namespace

Tmux::Tmux(const Options& options) {
  const auto pipe = home_.path() / "output";
  if (::mkfifo(pipe.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
  output_.reset(::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  home_.write("tmux.conf",
              "set -g status off\nset -g escape-time 0\nset -g default-terminal screen-256color\n"
              "set -g remain-on-exit on\n");
  tmux({"-f", (home_.path() / "tmux.conf").string(), "new-session", "-d", "-x",
        std::to_string(options.columns), "-y", std::to_string(options.rows), "sh", "-c", script(options)});
  tmux({"pipe-pane", "exec cat > " + base::shell_quote(pipe.string())});
  press({"Enter"});
}

Tmux::~Tmux() {
  run({"tmux", "-u", "-S", (home_.path() / "socket").string(), "kill-server"});
}

std::string Tmux::tmux(std::vector<std::string> words) const {
  std::vector<std::string> argv{
      "env", "LC_ALL=C.UTF-8", "tmux", "-u", "-S", (home_.path() / "socket").string()};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_ok(std::move(argv));
}

void Tmux::press(const std::vector<std::string>& keys) const {
  std::vector<std::string> words{"send-keys"};
  words.insert(words.end(), keys.begin(), keys.end());
  tmux(std::move(words));
}

void Tmux::type(const std::string& text) const {
  tmux({"send-keys", "-l", "--", text});
}

void Tmux::resize(int columns, int rows) const {
  tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string Tmux::screen() const {
  return tmux({"capture-pane", "-p"});
}

std::string Tmux::coloured_screen() const {
  return tmux({"capture-pane", "-e", "-p"});
}

int Tmux::shell_pid() const {
  return std::stoi(tmux({"display-message", "-p", "#{pane_pid}"}));
}

std::string Tmux::wait_for(const std::string& text, std::chrono::seconds limit) {
  return wait(text, true, limit);
}

std::string Tmux::wait_until_gone(const std::string& text, std::chrono::seconds limit) {
  return wait(text, false, limit);
}

std::string Tmux::wait(const std::string& text, bool there, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  for (;;) {
    std::array<char, 65536> drawn;
    while (::read(output_.get(), drawn.data(), drawn.size()) > 0) {
    }
    std::string now = screen();
    if ((now.find(text) != std::string::npos) == there) return now;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd ready{output_.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0)
      throw std::runtime_error("the screen " + std::string(there ? "never showed" : "went on showing") +
                               " `" + text + "`:\n" + screen());
  }
}

}  // namespace mcpssh::test
