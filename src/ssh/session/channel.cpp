#include "ssh/session/channel.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/text.hpp"
#include "ssh/session/first_write.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
namespace {

/// What SSH packets carry at most; more would be cut up again.
constexpr std::size_t write_piece = 32 * 1024;
/// A host that floods us must not keep the thread: Channel::wait_for_progress() lets others run.
constexpr int looks_in_a_row = 8;
/// Written in one go before the other connections of the thread have their turn.
constexpr std::size_t write_turn = 1024 * 1024;
/// Pull: kept on our side, where the end of a connection cannot take it away. Beyond it the host's window
/// closes.
constexpr std::size_t max_unread = 256 * 1024;
/// Pull: libssh leaves keeping to the window to the host's good will. It grants 1.25 MiB whenever something
/// is read and less than half of that is left, so 2.5 MiB can lie there after reading one of two streams.
constexpr std::size_t max_ahead = 4 * 1024 * 1024;

Channel& self_of(void* userdata) {
  return *static_cast<Channel*>(userdata);
}

/// RFC 4254 section 5.1: SSH_OPEN_UNKNOWN_CHANNEL_TYPE, in libssh's words.
bool knows_no_sessions(std::string_view error) {
  return error.contains("error (3)");
}

}  // namespace

Channel::Channel(std::shared_ptr<Driver> driver) : driver_(std::move(driver)), changed_(driver_->executor()) {
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = &Channel::on_data;
  callbacks_.channel_eof_function = &Channel::on_eof;
  callbacks_.channel_close_function = &Channel::on_close;
  callbacks_.channel_exit_status_function = &Channel::on_exit_status;
  callbacks_.channel_exit_signal_function = &Channel::on_exit_signal;
}

Channel::~Channel() {
  if (throttle_) throttle_->on_release({});
  give_up();
}

void Channel::push_to(Sink sink, std::shared_ptr<Throttle> throttle) {
  push_ = std::move(sink);
  throttle_ = std::move(throttle);
  if (throttle_) throttle_->on_release([this] { hand_on(); });
}

void Channel::make() {
  driver_->throw_if_ended();
  raw_ = ssh_channel_new(driver_->session());
  if (raw_ == nullptr) throw Error(ErrorCode::internal, "libssh gives no channel");
  ssh_set_channel_callbacks(raw_, &callbacks_);
  driver_->channels_.push_back(this);
}

void Channel::give_up() {
  std::erase(driver_->channels_, this);
  if (raw_ == nullptr) return;
  ssh_remove_channel_callbacks(raw_, &callbacks_);
  ssh_set_channel_callbacks(raw_, &driver_->swallow_);
  driver_->retire(std::exchange(raw_, nullptr), opening_, closed_);
}

void Channel::detach() {
  ssh_remove_channel_callbacks(raw_, &callbacks_);
  raw_ = nullptr;
  changed_.notify();
}

// The callbacks run inside whatever libssh call is being made, on whichever coroutine made it: they only
// note.

int Channel::on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr, void* self) {
  auto& channel = self_of(self);
  const std::string_view bytes(static_cast<const char*>(data), size);
  channel.holding_ = channel.holding_ || (channel.throttle_ && channel.throttle_->held());
  if (channel.push_ && !channel.holding_) {
    channel.push_(bytes, is_stderr != 0);
    return static_cast<int>(size);
  }
  channel.changed_.notify();
  // What was left behind before comes again in front of the new.
  if (size > max_ahead) {
    channel.driver_->fail("the host sent far more than the channel's window lets it (RFC 4254 section 5.2)");
    return static_cast<int>(size);
  }
  // Once something stays behind all must, or what follows would overtake it.
  channel.holding_ = channel.holding_ || channel.unread_.size() + size > max_unread;
  if (channel.holding_) return 0;
  channel.unread_ += bytes;
  return static_cast<int>(size);
}

void Channel::on_eof(ssh_session, ssh_channel, void* self) {
  self_of(self).eof_ = true;
  self_of(self).changed_.notify();
}

void Channel::on_close(ssh_session, ssh_channel, void* self) {
  self_of(self).closed_ = true;
  self_of(self).changed_.notify();
}

void Channel::on_exit_status(ssh_session, ssh_channel, int status, void* self) {
  self_of(self).exit_code_ = status;
  self_of(self).changed_.notify();
}

void Channel::on_exit_signal(ssh_session, ssh_channel, const char* signal, int, const char*, const char*,
                             void* self) {
  self_of(self).exit_signal_ = base::printable(signal != nullptr && *signal != '\0' ? signal : "unknown", 40);
  self_of(self).changed_.notify();
}

base::Task<void> Channel::open() {
  // sshd counts a channel whose CLOSE it has read but not dealt with yet; a moment later it has, and says
  // nothing then.
  if (co_await try_open() || co_await try_open()) co_return;
  base::asio::steady_timer moment(driver_->executor(), std::chrono::milliseconds(30));
  co_await moment.async_wait(base::asio::use_awaitable);
  if (co_await try_open()) co_return;
  const auto& reason = driver_->last_error();
  const std::string cause =
      "the host refuses another channel: " + (reason.empty() ? "it gives no reason" : reason);
  if (knows_no_sessions(reason))
    throw Error(ErrorCode::channel_failed, cause, "this host runs no commands and has no shell");
  throw Error(ErrorCode::channel_limit, cause, "close a session on this host, or raise MaxSessions there");
}

base::Task<bool> Channel::try_open() {
  make();
  opening_ = true;
  const auto call = [this](ssh_session) { return ssh_channel_open_session(raw_); };
  const int rc = co_await driver_->drive(call);
  opening_ = false;
  if (rc == SSH_OK) co_return true;
  give_up();
  driver_->throw_if_ended();
  co_return false;
}

template <class Request>
base::Task<void> Channel::request(Request request, std::string what) {
  const int rc = co_await driver_->drive(request);
  if (rc == SSH_OK) co_return;
  driver_->throw_if_ended();
  throw Error(ErrorCode::channel_failed, "the host refuses " + what + ": " + driver_->last_error());
}

void Channel::start_exec(const std::string& command, bool eof) {
  driver_->throw_if_ended();
  if (closed_)
    throw Error(ErrorCode::channel_limit, "the host closed the channel before the command was sent");
  note_answer(ssh_channel_request_exec(raw_, command.c_str()));
  // A quick host may have answered already.
  if (eof && answer_ != Answer::no) ssh_channel_send_eof(raw_);
  driver_->after_call();
}

Channel::Answer Channel::exec_answer() {
  for (int look = 0; look < looks_in_a_row && answer_ == Answer::none_yet && driver_->alive(); ++look) {
    note_answer(ssh_channel_request_exec(raw_, ""));  // sends nothing more: it looks for the answer
    const unsigned before = driver_->turns_;
    driver_->after_call();
    if (driver_->turns_ == before) break;
  }
  return answer_;
}

bool Channel::asked_and_answered() {
  if (raw_ == nullptr || closed_) return false;
  // A request that OpenSSH refuses once a command runs, of a variable that nobody has.
  const int rc = ssh_channel_request_env(raw_, "MCP_SSH_STILL_THERE", "");
  driver_->after_call();
  return rc != SSH_AGAIN;
}

void Channel::note_answer(int rc) {
  if (rc == SSH_OK) answer_ = Answer::yes;
  if (rc != SSH_ERROR) return;
  driver_->keep_error();
  // Any other error is the connection's: whether the command runs is not known then.
  const bool broken = (ssh_get_status(driver_->session()) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0;
  if (!broken && ssh_get_error_code(driver_->session()) == SSH_REQUEST_DENIED)
    answer_ = Answer::no;
  else
    driver_->fail(driver_->last_error());
}

base::Task<void> Channel::request_pty(PtyRequest pty) {
  const auto call = [this, &pty](ssh_session) {
    if (closed_) return SSH_ERROR;
    return ssh_channel_request_pty_size(raw_, pty.term.c_str(), static_cast<int>(pty.columns),
                                        static_cast<int>(pty.rows));
  };
  co_await request(call, "a terminal");
}

base::Task<void> Channel::request_shell(std::string command) {
  const auto call = [this, &command](ssh_session) {
    if (closed_) return SSH_ERROR;
    return command.empty() ? ssh_channel_request_shell(raw_)
                           : ssh_channel_request_exec(raw_, command.c_str());
  };
  co_await request(call, "a shell");
}

base::Task<void> Channel::request_subsystem(std::string name) {
  const auto call = [this, &name](ssh_session) {
    return closed_ ? SSH_ERROR : ssh_channel_request_subsystem(raw_, name.c_str());
  };
  co_await request(call, "the subsystem " + name);
}

base::Task<std::string> Channel::read() {
  for (;;) {
    if (unread_.empty() && holding_) collect();
    if (!unread_.empty()) co_return std::exchange(unread_, {});
    if (eof()) co_return std::string();
    driver_->throw_if_ended();
    co_await changed_.wait();
  }
}

void Channel::collect() {
  driver_->throw_if_ended();
  for (const bool is_stderr : {false, true}) pull(is_stderr, unread_);
  holding_ = !unread_.empty();
  driver_->after_call();
}

/// All there is of a stream: each read may widen the window, however little it takes.
std::size_t Channel::pull(bool is_stderr, std::string& into) {
  const auto size = static_cast<std::uint32_t>(std::max(ssh_channel_poll(raw_, is_stderr ? 1 : 0), 0));
  const std::size_t before = into.size();
  into.resize(before + size);
  const int got =
      size > 0 ? ssh_channel_read_nonblocking(raw_, into.data() + before, size, is_stderr ? 1 : 0) : 0;
  into.resize(before + static_cast<std::size_t>(std::max(got, 0)));
  return into.size() - before;
}

/// Push: what was held back, as far as the throttle lets it. Stays behind itself until nothing is left, or
/// what comes meanwhile would overtake it.
void Channel::hand_on() {
  std::size_t moved = 1;
  while (holding_ && raw_ != nullptr && moved > 0 && !throttle_->held()) {
    moved = 0;
    for (const bool is_stderr : {false, true}) {
      std::string kept;
      moved += pull(is_stderr, kept);
      if (!kept.empty()) push_(kept, is_stderr);
    }
    if (moved == 0) holding_ = false;
    driver_->after_call();
  }
  changed_.notify();
}

base::Task<void> Channel::write(std::string bytes) {
  std::string_view rest = bytes;
  for (;;) {
    rest.remove_prefix(write_some(rest));
    if (rest.empty()) co_return;
    co_await wait_for_progress(turns());
  }
}

std::size_t Channel::write_some(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    driver_->throw_if_ended();
    if (closed_) throw Error(ErrorCode::channel_failed, "the host has closed the channel");
    // Never more than the window: libssh would wait for it.
    const std::size_t room = ssh_channel_window_size(raw_);
    const auto piece = static_cast<std::uint32_t>(std::min({bytes.size() - done, room, write_piece}));
    const int sent = piece > 0 ? send(bytes.data() + done, piece) : 0;
    if (sent < 0) driver_->keep_error();
    const unsigned before = driver_->turns_;
    driver_->after_call();
    driver_->throw_if_ended();
    if (sent < 0)
      throw Error(ErrorCode::channel_failed, "cannot write to the channel: " + driver_->last_error());
    done += static_cast<std::size_t>(sent);
    // Zero also means that a key re-exchange is under way.
    const bool congested = sent == 0 || driver_->session_->write_pending();
    if (congested && driver_->turns_ == before) break;
    yield_ = done >= write_turn;
    if (yield_) break;
  }
  return done;
}

int Channel::send(const char* bytes, std::uint32_t size) {
  if (written_) return ssh_channel_write(raw_, bytes, size);
  const auto sent = write_first(raw_, bytes, size);
  if (!sent) {
    driver_->fail("the host takes packets with room for nothing (RFC 4254 section 5.1)");
    driver_->throw_if_ended();
  }
  written_ = *sent > 0;
  return *sent;
}

unsigned Channel::turns() const {
  return driver_->turns_;
}

base::Task<void> Channel::wait_for_progress(unsigned since) {
  if (std::exchange(yield_, false) || turns() != since) {
    auto executor = driver_->executor();
    co_await base::asio::post(executor, base::asio::use_awaitable);
  } else if (driver_->alive()) {
    co_await driver_->progress_.wait();
  }
}

void Channel::wake() {
  changed_.notify();
  driver_->progress_.notify();
}

void Channel::send_eof() {
  if (raw_ == nullptr || closed_) return;
  ssh_channel_send_eof(raw_);
  driver_->after_call();
}

void Channel::send_signal(const char* name) {
  if (raw_ == nullptr || closed_) return;
  ssh_channel_request_send_signal(raw_, name);
  driver_->after_call();
}

}  // namespace mcpssh::ssh
