#include "cli/hosts/hosts_prompt.hpp"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::cli {
namespace {

namespace asio = base::asio;
using Terminal = asio::posix::stream_descriptor;

constexpr std::size_t longest_answer = 4096;  // a terminal's line

/// While it lives the terminal shows nothing of what is typed.
class WithoutEcho {
 public:
  WithoutEcho(int terminal, bool wanted) : terminal_(terminal) {
    if (!wanted || ::tcgetattr(terminal_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;
  ~WithoutEcho() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

std::string shown(const gateway::HumanQuestion& question) {
  std::string text = question.host + " asks:";
  if (!question.instruction.empty()) text += "\n  " + base::printable(question.instruction, 1000);
  return text + "\n  " + base::printable(question.text, 1000) + " ";
}

/// The line typed, without its end; nothing at the end of input or when it is too long.
base::Task<std::optional<base::Secret>> read_line(Terminal& terminal) {
  std::string line;
  line.reserve(longest_answer);  // never grows, so that no copy stays behind
  std::array<char, 256> chunk;
  while (!line.ends_with('\n')) {
    boost::system::error_code failure;
    const auto buffer = asio::buffer(chunk);
    const std::size_t n =
        co_await terminal.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure));
    if (failure || line.size() + n > longest_answer) co_return std::nullopt;
    line.append(chunk.data(), n);
    ::explicit_bzero(chunk.data(), chunk.size());
  }
  line.pop_back();
  co_return base::Secret(std::move(line));
}

base::Task<std::optional<base::Secret>> ask(gateway::HumanQuestion question) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  base::UniqueFd opened(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!opened) co_return std::nullopt;
  Terminal terminal(executor, opened.release());
  asio::signal_set interrupted(executor, SIGINT,
                               SIGTERM);  // first, or a Ctrl-C would leave the terminal mute
  const WithoutEcho quiet(terminal.native_handle(), !question.echo);
  boost::system::error_code failure;
  const std::string text = shown(question);
  const auto bytes = asio::buffer(text);
  co_await terminal.async_write_some(bytes, asio::redirect_error(asio::use_awaitable, failure));
  if (failure) co_return std::nullopt;
  auto answer = co_await (read_line(terminal) || interrupted.async_wait(asio::use_awaitable));
  if (answer.index() == 0) co_return std::get<0>(std::move(answer));
  co_return std::nullopt;
}

}  // namespace

gateway::AskHuman terminal_prompter() {
  return ask;
}

}  // namespace mcpssh::cli
