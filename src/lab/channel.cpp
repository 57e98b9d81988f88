#include "lab/channel.hpp"

#include <algorithm>
#include <new>

#include "base/error.hpp"
#include "lab/handles.hpp"
#include "lab/process.hpp"

namespace mcpssh::lab {
namespace {

/// What is moved at a time, so that one busy channel leaves the others their turn.
constexpr std::size_t chunk = 32 * 1024;
constexpr std::size_t longest_terminal_type = 64;
constexpr int accepted = 0, refused = 1;

Channel& self(void* userdata) {
  return *static_cast<Channel*>(userdata);
}

Terminal terminal_of(const char* type, int columns, int rows) {
  Terminal terminal;
  if (type != nullptr && *type != '\0') terminal.type = std::string(type).substr(0, longest_terminal_type);
  if (columns > 0) terminal.columns = static_cast<unsigned>(columns);
  if (rows > 0) terminal.rows = static_cast<unsigned>(rows);
  return terminal;
}

}  // namespace

Channel::Channel(ssh_session session, const Host& host)
    : session_(session), host_(host), channel_(ssh_channel_new(session)) {
  if (channel_ == nullptr) throw std::bad_alloc();
  listen();
}

Channel::~Channel() {
  program_.reset();
  // libssh frees a channel only when both sides have closed it, and would call back until then.
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

/// The callbacks run inside other libssh calls: they note what happened and never close or free.
void Channel::listen() {
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = [](ssh_session, ssh_channel, void*, std::uint32_t, int is_stderr,
                                        void* user) {
    self(user).data_waiting_ |= is_stderr == 0;
    return 0;  // leaves the bytes in libssh's buffer, which keeps the window from growing
  };
  callbacks_.channel_eof_function = [](ssh_session, ssh_channel, void* user) { self(user).peer_eof_ = true; };
  callbacks_.channel_close_function = [](ssh_session, ssh_channel, void* user) {
    self(user).peer_closed_ = true;
  };
  callbacks_.channel_pty_request_function = [](ssh_session, ssh_channel, const char* type, int columns,
                                               int rows, int, int, void* user) {
    if (self(user).program_) return -1;
    self(user).terminal_ = terminal_of(type, columns, rows);
    return 0;
  };
  callbacks_.channel_pty_window_change_function = [](ssh_session, ssh_channel, int columns, int rows, int,
                                                     int, void* user) {
    if (!self(user).terminal_) return -1;
    self(user).terminal_ = terminal_of(self(user).terminal_->type.c_str(), columns, rows);
    if (self(user).program_) self(user).program_->resize(*self(user).terminal_);
    return 0;
  };
  callbacks_.channel_shell_request_function = [](ssh_session, ssh_channel, void* user) {
    return self(user).start([user] { return self(user).host_.shell(self(user).terminal_); });
  };
  callbacks_.channel_exec_request_function = [](ssh_session, ssh_channel, const char* command, void* user) {
    return self(user).start([=] { return self(user).host_.exec(command, self(user).terminal_); });
  };
  callbacks_.channel_subsystem_request_function = [](ssh_session, ssh_channel, const char* name, void* user) {
    return self(user).start([=] { return self(user).host_.subsystem(name); });
  };
  callbacks_.channel_signal_function = [](ssh_session, ssh_channel, const char* name, void* user) {
    if (self(user).program_) self(user).program_->signal(name);
  };
  ssh_set_channel_callbacks(channel_, &callbacks_);
}

template <class Launch>
int Channel::start(Launch launch) {
  if (program_) return refused;
  try {
    program_ = launch();
  } catch (const base::Error&) {
    return refused;  // the client hears CHANNEL_FAILURE, as when sshd cannot fork
  }
  return program_ ? accepted : refused;
}

bool Channel::step() {
  if (phase_ == Phase::closed) return false;
  bool moved = false;
  if (phase_ == Phase::open && program_) {
    moved |= move_input();
    program_->exit();
    moved |= move_output(Stream::out);
    moved |= move_output(Stream::err);
  }
  moved |= close_when_done();
  return moved;
}

bool Channel::move_input() {
  if (input_.empty() && data_waiting_) {
    input_.resize(chunk);
    const int n = ssh_channel_read_nonblocking(channel_, input_.data(), chunk, 0);
    input_.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    data_waiting_ = n > 0;
  }
  if (!input_.empty()) {
    const std::size_t taken = program_->take_input(input_);
    input_.erase(0, taken);
    return taken > 0;
  }
  if (peer_eof_ && !data_waiting_ && !input_ended_) {
    input_ended_ = true;
    program_->end_input();
    return true;
  }
  return false;
}

std::size_t Channel::room() const {
  if ((ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0) return 0;
  return std::min<std::size_t>(chunk, ssh_channel_window_size(channel_));
}

bool Channel::move_output(Stream stream) {
  std::string& pending = output_[stream == Stream::out ? 0 : 1];
  if (peer_closed_) return false;
  if (pending.empty()) pending = program_->read(stream, room());
  if (pending.empty() || room() == 0) return false;
  const auto length = static_cast<std::uint32_t>(std::min(pending.size(), room()));
  const int n = stream == Stream::out ? ssh_channel_write(channel_, pending.data(), length)
                                      : ssh_channel_write_stderr(channel_, pending.data(), length);
  if (n > 0) pending.erase(0, static_cast<std::size_t>(n));  // 0 while keys are being exchanged anew
  return n > 0;
}

bool Channel::close_when_done() {
  if (phase_ == Phase::open) {
    if (peer_closed_) {
      program_.reset();
      phase_ = Phase::closing;
    } else if (program_ && program_->finished() && output_[0].empty() && output_[1].empty()) {
      if (const auto exit = program_->exit()) report_exit(*exit);
      phase_ = Phase::closing;
    }
  }
  // SSH_AGAIN may mean that only the EOF is out yet: the next step says it again.
  if (phase_ != Phase::closing || ssh_channel_close(channel_) == SSH_AGAIN) return false;
  phase_ = Phase::closed;
  return true;
}

void Channel::report_exit(const Exit& exit) {
  if (exit.signal == 0)
    ssh_channel_request_send_exit_status(channel_, exit.status);
  else
    ssh_channel_request_send_exit_signal(channel_, signal_name(exit.signal).c_str(), exit.core_dumped ? 1 : 0,
                                         "", "");
}

void Channel::add_waits(std::vector<pollfd>& waits) const {
  if (phase_ != Phase::open || !program_) return;
  const bool want_output = output_[0].empty() && output_[1].empty() && room() > 0;
  program_->add_waits(waits, want_output, !input_.empty());
}

}  // namespace mcpssh::lab
