#pragma once
#include <memory>

#include "ssh/channel.hpp"

namespace mcpssh::ssh {

/// A PTY channel as a byte stream. The host is held back while nobody reads.
class ShellStream : public base::Duplex {
 public:
  /// `owner`: kept alive as long as the stream.
  ShellStream(std::shared_ptr<void> owner, std::shared_ptr<Driver> driver)
      : owner_(std::move(owner)), channel_(std::move(driver)) {}

  /// Opens the channel, asks for the PTY and the login shell. Throws Error(channel_failed | connection_lost).
  base::Task<void> start(PtyRequest pty);
  base::Task<std::string> read() override { return channel_.read(); }
  base::Task<void> write(std::string bytes) override { return channel_.write(std::move(bytes)); }

 private:
  std::shared_ptr<void> owner_;
  Channel channel_;
};

inline base::Task<void> ShellStream::start(PtyRequest pty) {
  co_await channel_.open();
  co_await channel_.request_shell(std::move(pty));
}

}  // namespace mcpssh::ssh
