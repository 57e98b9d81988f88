#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "ssh/connection.hpp"
#include "ssh/exec/command_text.hpp"
#include "ssh/exec/prelude.hpp"
#include "ssh/session/session_channels.hpp"

namespace mcpssh::ssh {

/// One command on a session channel: starts it, answers sudo, feeds its input and hands its output on. Knows
/// no deadline and stops nothing; destroying it closes the channel. Confined to the connection's executor.
///
/// Use: take_spare() or open(), send(), then attend() after each wait() until over() or the connection ends.
///
/// sudo's password is typed once, and only when a line with this call's fresh nonce asked for it between our
/// pid line and the command's beginning. Until then nothing runs in this channel but the login shell, our
/// text and sudo, so no program that the command starts can ask; and whoever could forge the line at that
/// moment runs as the login user already and could as well put a sudo of their own in front of PATH. The
/// nonce stands in the host's process list, where others can read it, but only processes of this session
/// write to its stderr.
class RemoteCommand {
 public:
  /// Throws Error(invalid_argument) when command_text() does.
  RemoteCommand(std::shared_ptr<SessionChannels> channels, CommandShell shell, ExecRequest request,
                Sink sink);
  RemoteCommand(const RemoteCommand&) = delete;
  RemoteCommand& operator=(const RemoteCommand&) = delete;

  /// True when a channel was there already and nothing else has to be waited for.
  bool take_spare();
  /// Opens the channel, and the terminal when there is to be one. Throws what SessionChannels::take() does,
  /// and Error(channel_failed) when the host refuses a terminal.
  base::Task<void> open();
  /// Sends the command. Throws what Channel::start_exec() does; then nothing was asked.
  void send();

  /// Does what is due: looks for the host's answer, answers sudo, writes input.
  void attend();
  /// Returns when something may have changed since attend(), or at wake().
  base::Task<void> wait();
  void wake() { channel().wake(); }
  /// Ends the input, whether all of it was written or not.
  void end_input();

  [[nodiscard]] bool accepted() const { return answer_ == Channel::Answer::yes; }
  /// The host said no to the request: nothing has run.
  [[nodiscard]] bool refused() const { return answer_ == Channel::Answer::no; }
  /// The host has told how it ended, or that it will tell no more.
  [[nodiscard]] bool over() const { return (*channel_)->over(); }
  /// sudo has asked a second time: it did not take the password.
  [[nodiscard]] bool turned_away() const { return prelude_ && prelude_->asked() > 1 && !prelude_->begun(); }
  /// Nothing when the shell is not proved, so that nothing can be known of it.
  [[nodiscard]] const std::optional<Prelude>& prelude() const { return prelude_; }
  [[nodiscard]] const ExecRequest& request() const { return request_; }
  [[nodiscard]] Channel& channel() { return **channel_; }
  /// Bytes that have come out of the channel so far.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  /// Hands on what was held back for the prelude's sake. At the end.
  void flush();

 private:
  void take(std::string_view bytes, bool is_stderr);
  void feed();
  void answer_sudo();
  [[nodiscard]] bool has_more_input() const;

  std::shared_ptr<SessionChannels> channels_;
  ExecRequest request_;
  Sink sink_;
  std::string text_;
  std::optional<Prelude> prelude_;
  std::optional<base::Secret> typed_;  ///< the password's line, once sudo has asked
  std::size_t typed_bytes_ = 0, input_bytes_ = 0;
  std::uint64_t taken_ = 0;
  bool input_ended_ = false;
  unsigned seen_turns_ = 0;
  Channel::Answer answer_ = Channel::Answer::none_yet;
  std::optional<LentChannel> channel_;
};

}  // namespace mcpssh::ssh
