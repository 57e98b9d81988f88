#pragma once
#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/wakeup.hpp"
#include "ssh/connection.hpp"
#include "ssh/session/driver.hpp"

namespace mcpssh::ssh {

/// One session channel. What the host sends is either pushed into a Sink, or held back in the host by SSH's
/// window until read() pulls it; never both. A resource, on the connection's executor; destroying it closes
/// the channel in the background.
class Channel {
 public:
  explicit Channel(std::shared_ptr<Driver> driver);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Throws Error(channel_limit) when the host opens none, Error(channel_failed) when it knows no session
  /// channels at all, Error(connection_lost).
  base::Task<void> open();
  /// As open(), but a direct-tcpip channel. Throws Error(channel_failed) with the host's reason,
  /// Error(connection_lost).
  base::Task<void> open_forward(std::string address, std::uint16_t port);
  /// The other end of a channel that the host asks to open. False when libssh cannot.
  bool accept(ssh_message request);
  /// Push: to be set before anything is requested. While `throttle` holds, nothing is pushed.
  void push_to(Sink sink, std::shared_ptr<Throttle> throttle = nullptr);

  /// Sends the request and, with `eof`, right behind it that there will be no input. `command` must hold no
  /// NUL. Throws, and then nothing was sent, Error(connection_lost) and, when the host has closed the
  /// channel, Error(channel_limit).
  void start_exec(const std::string& command, bool eof);
  enum class Answer { none_yet, yes, no };
  /// What the host has said to start_exec() so far. To be asked again after each progress.
  Answer exec_answer();
  /// Asks the host something without effect, once start_exec() was answered; to be asked again after each
  /// progress. True when the answer is there, and with it all that the host had sent before it.
  bool asked_and_answered();
  /// Throws Error(channel_failed) when the host refuses, Error(connection_lost).
  base::Task<void> request_pty(PtyRequest pty);
  /// The login shell, or `command` in its place.
  base::Task<void> request_shell(std::string command);
  /// "sftp" (RFC 4254 section 6.5). Throws like request_pty().
  base::Task<void> request_subsystem(std::string name);

  /// Pull: the next bytes of either stream; empty at the end. Throws Error(connection_lost).
  base::Task<std::string> read();
  /// Throws Error(channel_failed) when the channel is closed, Error(connection_lost).
  base::Task<void> write(std::string bytes);
  /// Sends what the host's window and the socket take at once; returns how many bytes that was. More may go
  /// after the next progress. Throws as write() does.
  std::size_t write_some(std::string_view bytes);
  /// Counts progress of the connection: bytes have come from the host, or the socket takes bytes again.
  [[nodiscard]] unsigned turns() const;
  /// Returns when turns() is no longer `since`, or the connection has ended.
  base::Task<void> wait_for_progress(unsigned since);
  /// Wakes who waits for progress or for changed().
  void wake();
  /// Tells the command that there is no more input.
  void send_eof();
  /// RFC 4254 section 6.9, without "SIG". No answer exists; OpenSSH ignores it for root.
  void send_signal(const char* name);

  /// Push: output has come that was not pushed yet, and never will be once the connection has ended.
  [[nodiscard]] bool holding() const { return push_ && holding_; }
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
  void note_answer(int rc);
  base::Task<bool> try_open();
  template <class Request>
  base::Task<void> request(Request request, std::string what);
  int send(const char* bytes, std::uint32_t size);
  void collect();
  std::size_t pull(bool is_stderr, std::string& into);
  void hand_on();
  /// The session is about to be freed, and the channel with it.
  void detach();

  std::shared_ptr<Driver> driver_;
  Sink push_;
  std::shared_ptr<Throttle> throttle_;
  base::Wakeup changed_;
  ssh_channel raw_ = nullptr;
  ssh_channel_callbacks_struct callbacks_{};
  std::string unread_;    ///< pull: arrived, not read yet
  bool holding_ = false;  ///< more waits inside libssh
  bool yield_ = false;    ///< write_some() stopped for the others' sake
  bool written_ = false;  ///< the host takes what is sent
  bool opening_ = false, eof_ = false, closed_ = false;
  Answer answer_ = Answer::none_yet;
  std::optional<int> exit_code_;
  std::string exit_signal_;
};

}  // namespace mcpssh::ssh
