#include "cli/hosts/hosts_prompt.hpp"

#include <fcntl.h>
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
#include <boost/asio/write.hpp>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "base/wakeup.hpp"
#include "cli/operator/host_asking.hpp"
#include "cli/operator/marked_lines.hpp"

namespace mcpssh::cli {
namespace {

namespace asio = base::asio;
using Terminal = asio::posix::stream_descriptor;

constexpr std::size_t longest_answer = 4096;  // a terminal's line

/// The one who is asked now. Two at once would both read, and what a person types for the one they see could
/// go to the other. Of this thread, whatever loop it runs.
class Asked {
 public:
  /// Returns when nobody else is asked.
  static base::Task<std::unique_ptr<Asked>> alone() {
    const auto free = std::make_shared<base::Wakeup>(co_await asio::this_coro::executor);
    while (now) {
      std::erase_if(waiting, [](const auto& each) { return each.expired(); });
      waiting.push_back(free);
      co_await free->wait();
    }
    co_return std::make_unique<Asked>();
  }
  Asked() { now = true; }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  ~Asked() {
    now = false;
    for (const auto& each : std::exchange(waiting, {}))
      if (const auto free = each.lock()) free->notify();
  }

 private:
  static inline thread_local bool now = false;
  static inline thread_local std::vector<std::weak_ptr<base::Wakeup>> waiting;
};

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

/// The same that people are shown who answer over a server's socket.
std::string shown(const gateway::HumanQuestion& question) {
  return "\n" + our_line(base::printable(question.host, most_of_line) + " asks during a log-in") +
         who_gets_the_answer(question) + words_of_the_host(question) + "  " +
         answer_prompt(question.host, question.echo) + " ";
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

base::Task<std::optional<base::Secret>> ask_for_host(gateway::HumanQuestion question) {
  auto asking = typed_below(shown(question), question.echo);
  co_return co_await std::move(asking);
}

}  // namespace

base::Task<std::optional<base::Secret>> typed_below(std::string text, bool echo) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  const auto asked = co_await Asked::alone();
  base::UniqueFd opened(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!opened) co_return std::nullopt;
  Terminal terminal(executor, opened.release());
  asio::signal_set interrupted(executor, SIGINT,
                               SIGTERM);  // first, or a Ctrl-C would leave the terminal mute
  // What was typed before the question stood there is no answer to it.
  if (::tcflush(terminal.native_handle(), TCIFLUSH) != 0) co_return std::nullopt;
  const WithoutEcho quiet(terminal.native_handle(), !echo);
  boost::system::error_code failure;
  const auto bytes = asio::buffer(text);
  co_await asio::async_write(terminal, bytes, asio::redirect_error(asio::use_awaitable, failure));
  if (failure) co_return std::nullopt;
  auto answer = co_await (read_line(terminal) || interrupted.async_wait(asio::use_awaitable));
  if (answer.index() == 0) co_return std::get<0>(std::move(answer));
  co_return std::nullopt;
}

std::string own_question(const std::string& what) {
  return "mcp-ssh asks:\n  " + base::printable(what, most_of_line) + " ";
}

gateway::AskHuman terminal_prompter() {
  return ask_for_host;
}

}  // namespace mcpssh::cli
