#include "ssh/exec/remote_command.hpp"

#include "base/ids.hpp"

namespace mcpssh::ssh {
using base::Error;
namespace {

/// A terminal's end of input (VEOF), at the beginning of a line.
constexpr char end_of_input = '\x04';

std::string text_or_throw(const ExecRequest& request, std::string_view nonce, CommandShell shell) {
  auto text = command_text(request, nonce, shell);
  if (!text) throw std::move(text).error();
  return *std::move(text);
}

}  // namespace

RemoteCommand::RemoteCommand(std::shared_ptr<SessionChannels> channels, CommandShell shell,
                             ExecRequest request, Sink sink)
    : channels_(std::move(channels)), request_(std::move(request)), sink_(std::move(sink)) {
  const std::string nonce = base::random_hex(8);
  text_ = text_or_throw(request_, nonce, shell);
  if (shell == CommandShell::unknown) {
    input_ended_ = true;  // devices may take EOF for a goodbye
    return;
  }
  prelude_.emplace(nonce, has_go_line(request_));
  if (request_.tty) {
    const bool within_line = !request_.input.empty() && !request_.input.ends_with('\n');
    request_.input.append(within_line ? 2 : 1, end_of_input);
  }
}

bool RemoteCommand::take_spare() {
  if (request_.tty) return false;
  auto spare = channels_->take_spare();
  if (spare) channel_.emplace(*std::move(spare));
  return channel_.has_value();
}

base::Task<void> RemoteCommand::open() {
  auto channel = co_await channels_->take();
  channel_.emplace(std::move(channel));
  PtyRequest pty;
  if (request_.tty) co_await (*channel_)->request_pty(std::move(pty));
}

void RemoteCommand::send() {
  (*channel_)->push_to([this](std::string_view bytes, bool is_stderr) { take(bytes, is_stderr); },
                       request_.throttle);
  // What reads finds the end at once: waiting for the host's answer first would cost such a command a round
  // trip.
  const bool nothing_to_type =
      !input_ended_ && request_.input.empty() && !(request_.sudo && request_.sudo->password);
  (*channel_)->start_exec(text_, nothing_to_type);
  input_ended_ = input_ended_ || nothing_to_type;
  text_ = {};
}

void RemoteCommand::take(std::string_view bytes, bool is_stderr) {
  taken_ += bytes.size();
  // On a terminal there is one stream.
  if (!prelude_ || prelude_->begun() || is_stderr == request_.tty) {
    if (sink_) sink_(bytes, is_stderr);
    return;
  }
  const std::string theirs = prelude_->feed(bytes);
  channel().changed().notify();
  if (sink_ && !theirs.empty()) sink_(theirs, is_stderr);
}

void RemoteCommand::flush() {
  if (!prelude_) return;
  const std::string rest = prelude_->flush();
  if (sink_ && !rest.empty()) sink_(rest, !request_.tty);
}

void RemoteCommand::attend() {
  seen_turns_ = channel().turns();
  answer_ = channel().exec_answer();
  if (!accepted() || over()) return;
  try {
    feed();
  } catch (const Error&) {
    input_ended_ = true;  // the channel or the connection is gone, which others see for themselves
  }
}

void RemoteCommand::feed() {
  if (input_ended_) return;
  if (!prelude_->begun()) answer_sudo();
  if (turned_away()) return end_input();
  if (!prelude_->begun()) return;
  typed_.reset();
  input_bytes_ += channel().write_some(std::string_view(request_.input).substr(input_bytes_));
  if (input_bytes_ == request_.input.size()) end_input();
}

void RemoteCommand::answer_sudo() {
  if (prelude_->asked() != 1) return;
  if (!typed_ && request_.sudo && request_.sudo->password)
    typed_.emplace(request_.sudo->password->reveal() + "\n");
  if (typed_) typed_bytes_ += channel().write_some(std::string_view(typed_->reveal()).substr(typed_bytes_));
}

bool RemoteCommand::has_more_input() const {
  if (input_ended_) return false;
  if (prelude_->begun()) return input_bytes_ < request_.input.size();
  return typed_ && typed_bytes_ < typed_->reveal().size();
}

void RemoteCommand::end_input() {
  if (input_ended_) return;
  input_ended_ = true;
  if (!request_.tty) return channel().send_eof();
  if (prelude_->begun()) return;  // the input ended with it
  try {
    channel().write_some(std::string_view(&end_of_input, 1));
  } catch (const Error&) {  // then there is nobody to tell
  }
}

base::Task<void> RemoteCommand::wait() {
  if (answer_ == Channel::Answer::none_yet || has_more_input())
    co_await channel().wait_for_progress(seen_turns_);
  else
    co_await channel().changed().wait();
}

}  // namespace mcpssh::ssh
