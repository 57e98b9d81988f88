#pragma once
#include <memory>
#include <string>

#include "base/duplex.hpp"
#include "ssh/session/session_channels.hpp"

namespace mcpssh::ssh {

/// A session channel as a byte stream: a PTY with a shell, or a subsystem. The host is held back while nobody
/// reads.
class ShellStream : public base::Duplex {
 public:
  /// `owner`: kept alive as long as the stream.
  ShellStream(std::shared_ptr<void> owner, LentChannel channel)
      : owner_(std::move(owner)), channel_(std::move(channel)) {}

  /// Asks for the PTY and the login shell, or for `command` in its place. Throws Error(channel_failed |
  /// connection_lost).
  base::Task<void> start(PtyRequest pty, std::string command);
  /// Asks for a subsystem, without a PTY. Throws the same.
  base::Task<void> start_subsystem(std::string name) { return channel_->request_subsystem(std::move(name)); }
  base::Task<std::string> read() override { return channel_->read(); }
  base::Task<void> write(std::string bytes) override { return channel_->write(std::move(bytes)); }

 private:
  std::shared_ptr<void> owner_;
  LentChannel channel_;
};

inline base::Task<void> ShellStream::start(PtyRequest pty, std::string command) {
  co_await channel_->request_pty(std::move(pty));
  co_await channel_->request_shell(std::move(command));
}

}  // namespace mcpssh::ssh
