#include "ssh/session/driver.hpp"

#include <fcntl.h>
#include <libssh/server.h>  // where the parts of a host's request are declared
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "ssh/session/channel.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;

/// libssh reads 4 KiB a turn; after these other connections have theirs.
constexpr int turns_per_wakeup = 64;
constexpr unsigned turns_before_giving_way = 8;
/// More than our own question, which the kernel of a dead host's machine still takes.
constexpr std::uint64_t question_bytes = 512;
/// A failed negotiation names every algorithm the host offers.
constexpr std::size_t error_text_bytes = 1000;

/// Behind a jump host sshd runs with Nagle on, and delayed ACKs made each command 44 ms. The kernel forgets
/// the option, so it is set after each read.
void acknowledge_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

}  // namespace

Driver::Driver(base::Executor executor, base::UniqueFd socket, const SessionOptions& options)
    : executor_(executor),
      watched_(executor, ::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0)),
      progress_(executor),
      ended_wakeup_(executor),
      given_back_(executor),
      life_alarm_(executor),
      global_turn_over_(executor) {
  session_.emplace(std::move(socket), options);
  session_->on_request(&Driver::on_request, this);
  ssh_callbacks_init(&swallow_);
  swallow_.channel_data_function = [](ssh_session, ssh_channel, void*, std::uint32_t size, int, void*) {
    return static_cast<int>(size);
  };
  swallow_.userdata = this;
  swallow_.channel_close_function = [](ssh_session, ssh_channel channel, void* self) {
    static_cast<Driver*>(self)->left_open_.erase(channel);
  };
}

Driver::~Driver() {
  release();
}

void Driver::start() {
  if (session_->begin() == SSH_ERROR) keep_error();
  // The first turn is where libssh clears O_NONBLOCK.
  drain();
  if (!ended_) session_->keep_non_blocking();
  asio::co_spawn(executor_, shared_from_this()->pump(),
                 [self = shared_from_this()](const std::exception_ptr&) {
                   self->fail("the connection's reader ended");
                   self->release();
                 });
  after_call();
}

base::Task<void> Driver::pump() {
  boost::system::error_code error;
  while (!ended_) {
    co_await watched_.async_wait(asio::posix::descriptor_base::wait_read,
                                 asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    while (lent_) co_await given_back_.wait();
    drain();
    if (!ended_) acknowledge_at_once(watched_.native_handle());
    after_call();
  }
}

void Driver::drain() {
  if (ended_ || draining_ || lent_) return;
  draining_ = true;
  int rc = SSH_OK;
  for (int turn = 0; turn < turns_per_wakeup && rc == SSH_OK && !ended_; ++turn) rc = session_->poll();
  draining_ = false;
  if (ended_) return;  // a channel saw what ends it
  const int status = ssh_get_status(session());
  if (rc == SSH_ERROR || (status & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0) {
    // Read first: asking for the farewell of a host that gave none puts another text in its place.
    const std::string error = base::printable(ssh_get_error(session()), error_text_bytes);
    const char* said = ssh_get_disconnect_message(session());
    fail(said != nullptr ? base::printable(said, error_text_bytes) : error);
    return;
  }
  reap();
  if (session_->bytes_in() != seen_bytes_ || !session_->write_pending()) progressed();
}

void Driver::after_call() {
  if (ended_ || lent_) return;
  // Only when bytes really came in: otherwise two waiters would wake each other for ever.
  if (session_->bytes_in() != seen_bytes_ && !draining_) progressed();
  if (!session_->write_pending()) return;
  drain();  // one poll clears it in the common case that the socket takes the bytes
  if (!ended_ && session_->write_pending()) wait_until_writable();
}

void Driver::progressed() {
  if (keepalive_ && session_->bytes_in() != seen_bytes_) keepalive_->heard(std::chrono::steady_clock::now());
  seen_bytes_ = session_->bytes_in();
  ++turns_;
  progress_.notify();
}

void Driver::keep_alive(std::chrono::milliseconds interval) {
  if (interval.count() <= 0 || ended_) return;
  keepalive_.emplace(interval, std::chrono::steady_clock::now());
  arm_keepalive();
}

void Driver::arm_keepalive() {
  life_alarm_.expires_at(keepalive_->due());
  life_alarm_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = weak.lock(); self && !error) self->check_life();
  });
}

void Driver::check_life() {
  drain();  // what has arrived but was not read yet is a sign of life
  if (ended_) return;
  const auto taken = lent_ ? taken_bytes_ : session_->bytes_taken();
  if (taken > taken_bytes_ + question_bytes) keepalive_->heard(std::chrono::steady_clock::now());
  taken_bytes_ = taken;
  const auto move = keepalive_->next(std::chrono::steady_clock::now());
  if (move == Keepalive::Move::give_up) {
    const auto silence = base::human_duration(keepalive_->patience());
    return close("the host was silent for " + silence + " and answered no keepalive");
  }
  if (move == Keepalive::Move::ask && !lent_ && !in_global_turn_) {
    unsettled_ = true;
    session_->ask_for_life();
    after_call();
  }
  if (!ended_) arm_keepalive();
}

int Driver::on_request(ssh_session, ssh_message request, void* self) {
  const auto& waiting = static_cast<Driver*>(self)->forwarded_;
  const bool forwarded = ssh_message_type(request) == SSH_REQUEST_CHANNEL_OPEN &&
                         ssh_message_subtype(request) == SSH_CHANNEL_FORWARDED_TCPIP;
  const auto found =
      forwarded ? waiting.find(ssh_message_channel_request_open_destination_port(request)) : waiting.end();
  return found != waiting.end() && found->second(request) ? 0 : 1;
}

void Driver::on_forwarded(int port, TakeForwarded take) {
  if (take)
    forwarded_.insert_or_assign(port, std::move(take));
  else
    forwarded_.erase(port);
}

base::Task<void> Driver::settle_requests() {
  // While an answer is to come this takes note of it and sends nothing (channels.c,
  // ssh_channel_cancel_forward). When none is, it sends what no host has anything to do for, and that has an
  // answer too.
  const auto call = [](ssh_session session) { return ssh_channel_cancel_forward(session, "localhost", 0); };
  co_await drive(call);
  unsettled_ = false;
}

base::Task<void> Driver::wait_or_give_way(unsigned before) {
  if (ended_) co_return;
  if (turns_ == before) {
    co_await progress_.wait();
  } else if (++hurried_turns_ % turns_before_giving_way == 0) {
    co_await asio::post(executor_, asio::use_awaitable);
  }
}

void Driver::wait_until_writable() {
  if (awaiting_writable_) return;
  awaiting_writable_ = true;
  watched_.async_wait(asio::posix::descriptor_base::wait_write,
                      [self = shared_from_this()](const boost::system::error_code& error) {
                        self->awaiting_writable_ = false;
                        if (error) return;
                        self->drain();
                        self->after_call();
                      });
}

void Driver::fail(std::string reason) {
  if (ended_) return;
  ended_ = true;
  end_reason_ = std::move(reason);
  life_alarm_.cancel();
  boost::system::error_code ignored;
  watched_.cancel(ignored);
  progress_.notify();
  ended_wakeup_.notify();
  if (tell_end_) asio::post(executor_, std::exchange(tell_end_, {}));
  for (auto* channel : channels_) channel->changed_.notify();
}

void Driver::release() {
  if (!session_ || lent_) return;
  boost::system::error_code ignored;
  watched_.close(ignored);
  for (auto* channel : channels_) channel->detach();
  channels_.clear();
  retired_.clear();  // freed with the session
  session_.reset();
}

void Driver::close(const std::string& reason) {
  fail(reason);
  release();
}

base::Task<void> Driver::closed() {
  const auto self = shared_from_this();
  while (!ended_) co_await ended_wakeup_.wait();
}

void Driver::when_closed(std::function<void()> tell) {
  if (ended_) return tell();
  tell_end_ = std::move(tell);
}

void Driver::throw_if_ended() const {
  if (ended_) throw base::Error(base::ErrorCode::connection_lost, "the connection ended: " + end_reason_);
}

void Driver::keep_error() {
  last_error_ = base::printable(ssh_get_error(session()), error_text_bytes);
}

std::string Driver::server_version() const {
  const char* banner = alive() ? ssh_get_serverbanner(session()) : nullptr;
  return base::printable(banner != nullptr ? banner : "");
}

void Driver::retire(ssh_channel channel, bool opening, bool closed) {
  if (!session_ || ended_) return;  // freed with the session
  retired_.push_back({channel, opening});
  if (!opening && !closed) left_open_.insert(channel);
  if (draining_) return;
  reap();
  after_call();
}

/// libssh frees a channel without closing it when the open was not answered yet (the host would keep it for
/// ever) or when CLOSE could not be sent at once, so both are seen through first.
bool Driver::finished(Retired& retired) {
  if (retired.opening) {
    if (ssh_channel_open_session(retired.channel) == SSH_AGAIN) return false;
    retired.opening = false;
  }
  if (ssh_channel_is_open(retired.channel) != 0 && ssh_channel_close(retired.channel) == SSH_AGAIN &&
      ssh_channel_is_open(retired.channel) != 0)
    return false;
  ssh_channel_free(retired.channel);
  return true;
}

void Driver::reap() {
  std::erase_if(retired_, [this](Retired& retired) { return finished(retired); });
}

}  // namespace mcpssh::ssh
