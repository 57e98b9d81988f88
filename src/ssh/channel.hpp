#pragma once
#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/wakeup.hpp"
#include "ssh/connection.hpp"
#include "ssh/driver.hpp"

namespace mcpssh::ssh {

/// One session channel. What the host sends is either pushed into a Sink, or held back in the host by SSH's
/// window until read() pulls it; never both. A resource, on the connection's executor; destroying it closes
/// the channel in the background.
class Channel {
 public:
  explicit Channel(std::shared_ptr<Driver> driver, Sink push = {});
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Throws Error(channel_failed) when the host refuses, Error(connection_lost).
  base::Task<void> open();
  /// As open(). `command` must hold no NUL.
  base::Task<void> request_exec(std::string command);
  base::Task<void> request_shell(PtyRequest pty);

  /// Pull: the next bytes of either stream; empty at the end. Throws Error(connection_lost).
  base::Task<std::string> read();
  /// Throws Error(channel_failed) when the channel is closed, Error(connection_lost).
  base::Task<void> write(std::string bytes);
  /// Tells the command that there is no more input.
  void send_eof();
  /// RFC 4254 section 6.9, without "SIG". No answer exists; OpenSSH ignores it for root.
  void send_signal(const char* name);

  [[nodiscard]] bool eof() const { return eof_ || closed_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] std::optional<int> exit_code() const { return exit_code_; }
  [[nodiscard]] const std::string& exit_signal() const { return exit_signal_; }
  /// True once the host has told how the command ended, or that it will tell no more.
  [[nodiscard]] bool over() const { return closed_ || exit_code_ || !exit_signal_.empty(); }
  /// Notified when one of the above changed, when data waits to be pulled, and when the connection ends.
  [[nodiscard]] base::Wakeup& changed() { return changed_; }

 private:
  friend class Driver;
  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr, void* self);
  static void on_eof(ssh_session, ssh_channel, void* self);
  static void on_close(ssh_session, ssh_channel, void* self);
  static void on_exit_status(ssh_session, ssh_channel, int status, void* self);
  static void on_exit_signal(ssh_session, ssh_channel, const char* signal, int core, const char* text,
                             const char* language, void* self);
  void make();
  void give_up();
  base::Task<bool> try_open();
  template <class Request>
  base::Task<void> request(Request request, std::string what);
  void collect();
  /// The session is about to be freed, and the channel with it.
  void detach();

  std::shared_ptr<Driver> driver_;
  Sink push_;
  base::Wakeup changed_;
  ssh_channel raw_ = nullptr;
  ssh_channel_callbacks_struct callbacks_{};
  std::string unread_;    ///< pull: arrived, not read yet
  bool holding_ = false;  ///< pull: more waits inside libssh
  bool opening_ = false, eof_ = false, closed_ = false;
  std::optional<int> exit_code_;
  std::string exit_signal_;
};

}  // namespace mcpssh::ssh
