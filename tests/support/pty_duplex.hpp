#pragma once
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/duplex.hpp"
#include "base/error.hpp"

namespace mcpssh::test {

/// A local program on a pseudo terminal as sshd would start it: TERM=dumb, 511 columns. Killed when this
/// dies.
class PtyDuplex final : public base::Duplex {
 public:
  struct Setup {
    std::vector<std::string> argv;
    std::string home;                      ///< HOME and working directory
    std::size_t largest_read = 64 * 1024;  ///< 1 makes every byte a read of its own
    unsigned short columns = 511;
  };

  PtyDuplex(base::Executor executor, const Setup& setup)
      : master_(std::move(executor)), buffer_(setup.largest_read, '\0') {
    const winsize size{.ws_row = 1000, .ws_col = setup.columns, .ws_xpixel = 0, .ws_ypixel = 0};
    int master = -1;
    child_ = ::forkpty(&master, nullptr, nullptr, &size);
    if (child_ < 0) throw std::runtime_error("forkpty failed");
    if (child_ == 0) become(setup);
    master_.assign(master);
  }
  PtyDuplex(const PtyDuplex&) = delete;
  PtyDuplex& operator=(const PtyDuplex&) = delete;
  ~PtyDuplex() override {
    master_.close();
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  base::Task<std::string> read() override {
    boost::system::error_code error;  // EIO is how Linux says that the last program has closed the terminal
    const std::size_t got = co_await master_.async_read_some(
        base::asio::buffer(buffer_), base::asio::redirect_error(base::asio::use_awaitable, error));
    co_return error ? std::string() : buffer_.substr(0, got);
  }

  base::Task<void> write(std::string bytes) override {
    boost::system::error_code error;
    co_await base::asio::async_write(master_, base::asio::buffer(bytes),
                                     base::asio::redirect_error(base::asio::use_awaitable, error));
    if (error) throw base::Error(base::ErrorCode::connection_lost, "the terminal is closed");
  }

 private:
  [[noreturn]] static void become(const Setup& setup) {
    ::clearenv();
    ::setenv("TERM", "dumb", 1);
    ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    ::setenv("LANG", "C.UTF-8", 1);
    ::setenv("SHELL", setup.argv.front().c_str(), 1);
    ::setenv("HOME", setup.home.c_str(), 1);
    if (::chdir(setup.home.c_str()) != 0) ::_exit(126);
    std::vector<std::string> words = setup.argv;
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv.front(), argv.data());
    ::_exit(127);
  }

  base::asio::posix::stream_descriptor master_;
  std::string buffer_;
  pid_t child_ = -1;
};

}  // namespace mcpssh::test
