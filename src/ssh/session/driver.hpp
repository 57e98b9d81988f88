#pragma once
#include <libssh/callbacks.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "ssh/session/blocking.hpp"
#include "ssh/session/keepalive.hpp"
#include "ssh/session/session_handle.hpp"

namespace mcpssh::ssh {

class Channel;

/// Runs one libssh session without ever blocking: a pump coroutine feeds it what arrives, and every call that
/// libssh answers with "again" waits here for progress. Confined to its executor. Ends by close(), by the
/// peer, or by an error; then the session is freed and every call throws Error(connection_lost).
class Driver : public std::enable_shared_from_this<Driver> {
 public:
  Driver(base::Executor executor, base::UniqueFd socket, const SessionOptions& options);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver();

  /// Starts the handshake and the pump.
  void start();

  /// Repeats `call(session)` until it answers something else than SSH_AGAIN, and returns that. Whatever
  /// `call` refers to must live as long; it is not called any more once the connection has ended.
  template <class Call>
  base::Task<int> drive(Call call);

  /// The same for calls that block (libssh's agent code): each one runs on a blocking thread while nothing
  /// else touches the session. For the log-in only, when no channel is open.
  template <class Call>
  base::Task<int> drive_blocking(Call call);

  /// drive() for a global request (RFC 4254 section 4), with no other one under way: libssh knows of one at a
  /// time, and takes whatever answer comes for that one's.
  template <class Call>
  base::Task<int> drive_alone(Call call);

  /// Where a connection goes that the host leads here from its `port`: accepts the channel and returns true,
  /// or the host is told no. Called inside whatever libssh call is being made; null: nobody waits there any
  /// more.
  using TakeForwarded = std::function<bool(ssh_message request)>;
  void on_forwarded(int port, TakeForwarded take);
  [[nodiscard]] bool forwards_from(int port) const { return forwarded_.contains(port); }
  /// Channels that we have done with and the host has not closed: libssh keeps each until it does.
  [[nodiscard]] std::size_t left_open() const { return left_open_.size(); }

  /// From now on a peer that is silent for `interval` is asked whether it is there, and one that is silent
  /// for three ends the connection, whatever runs on it. Taking what we send counts as life: on a slow link
  /// the question waits behind an upload. 0: never. After the log-in only.
  void keep_alive(std::chrono::milliseconds interval);

  /// Within which time of silence that happens; 0: never.
  [[nodiscard]] std::chrono::milliseconds verdict_within() const {
    return keepalive_ ? keepalive_->verdict_within() : std::chrono::milliseconds(0);
  }

  [[nodiscard]] bool alive() const { return !ended_; }
  /// Throws Error(connection_lost) with the reason once the connection has ended.
  void throw_if_ended() const;
  /// Why the connection ended, cleaned; empty while it is alive.
  [[nodiscard]] const std::string& end_reason() const { return end_reason_; }
  /// libssh's text of the last call that failed in drive(), cleaned.
  [[nodiscard]] const std::string& last_error() const { return last_error_; }
  base::Task<void> closed();
  /// `tell` is called once, on the executor, when the connection has ended.
  void when_closed(std::function<void()> tell);
  /// Ends the connection at once. Idempotent. Not from inside a Sink.
  void close(const std::string& reason);

  /// Only while alive().
  [[nodiscard]] ssh_session session() const { return session_->get(); }
  [[nodiscard]] const base::Executor& executor() const { return executor_; }
  /// "SSH-2.0-..." as the host introduced itself, cleaned.
  [[nodiscard]] std::string server_version() const;
  /// One step of the key exchange, for drive().
  int connect() { return session_->connect(); }
  /// What the key exchange agreed on, and the bytes the host has sent so far. Only while alive().
  [[nodiscard]] const Negotiated& negotiated() const { return session_->negotiated(); }
  [[nodiscard]] std::uint64_t bytes_in() const { return session_->bytes_in(); }

 private:
  friend class Channel;

  /// A channel nobody uses any more. `opening`: the host has not answered the open request.
  struct Retired {
    ssh_channel channel;
    bool opening;
  };
  class Loan;
  class GlobalTurn;

  static int on_request(ssh_session, ssh_message request, void* self);
  /// Until no global request of before has its answer to come.
  base::Task<void> settle_requests();
  base::Task<void> pump();
  void drain();
  /// To be called after every libssh call: it may have read what other coroutines wait for, or left bytes to
  /// write.
  void after_call();
  void progressed();
  /// Waits for progress since turn `before`. When there was some already, now and then lets the thread's
  /// other work and its timers run: a host that floods us must not keep the thread.
  base::Task<void> wait_or_give_way(unsigned before);
  void wait_until_writable();
  void arm_keepalive();
  void check_life();
  void fail(std::string reason);
  void release();
  void keep_error();
  /// `closed`: by the host.
  void retire(ssh_channel channel, bool opening, bool closed);
  bool finished(Retired& retired);
  void reap();

  base::Executor executor_;
  base::asio::posix::stream_descriptor
      watched_;  ///< a dup: Asio and libssh never close each other's descriptor
  std::optional<SessionHandle> session_;
  base::Wakeup progress_, ended_wakeup_, given_back_;
  unsigned hurried_turns_ = 0;     ///< of calls that found bytes to read on without waiting
  unsigned turns_ = 0;             ///< counts what progress_ told, so that nobody sleeps through it
  std::uint64_t seen_bytes_ = 0;   ///< of SessionHandle::bytes_in
  std::uint64_t taken_bytes_ = 0;  ///< of SessionHandle::bytes_taken, at the last look
  bool ended_ = false, draining_ = false, awaiting_writable_ = false, lent_ = false;
  std::string end_reason_, last_error_;
  std::function<void()> tell_end_;
  std::vector<Retired> retired_;
  ssh_channel_callbacks_struct swallow_{};  ///< of retired channels: what still comes for them is dropped
  std::set<ssh_channel> left_open_;         ///< only to be compared
  std::vector<Channel*> channels_;
  std::optional<Keepalive> keepalive_;
  base::asio::steady_timer life_alarm_;
  std::map<int, TakeForwarded> forwarded_;
  base::Wakeup global_turn_over_;
  bool in_global_turn_ = false;
  bool unsettled_ = false;  ///< a global request was sent whose answer nobody has taken note of
};

/// While it lives nobody else sends a global request.
class Driver::GlobalTurn {
 public:
  explicit GlobalTurn(Driver& driver) : driver_(driver) { driver_.in_global_turn_ = true; }
  GlobalTurn(const GlobalTurn&) = delete;
  GlobalTurn& operator=(const GlobalTurn&) = delete;
  ~GlobalTurn() {
    driver_.in_global_turn_ = false;
    driver_.global_turn_over_.notify();
  }

 private:
  Driver& driver_;
};

/// While it lives the session belongs to a blocking thread.
class Driver::Loan {
 public:
  explicit Loan(Driver& driver) : driver_(driver) { driver_.lent_ = true; }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  ~Loan() {
    driver_.lent_ = false;
    driver_.given_back_.notify();
    if (driver_.ended_) driver_.release();
  }

 private:
  Driver& driver_;
};

template <class Call>
base::Task<int> Driver::drive(Call call) {
  for (;;) {
    throw_if_ended();
    const int rc = call(session());
    if (rc == SSH_ERROR) keep_error();
    // Bytes that arrive from here on were not seen by the call: do not sleep if there are any.
    const unsigned before = turns_;
    after_call();
    if (rc != SSH_AGAIN) co_return rc;
    co_await wait_or_give_way(before);
  }
}

template <class Call>
base::Task<int> Driver::drive_blocking(Call call) {
  for (;;) {
    throw_if_ended();
    int rc = SSH_AGAIN;
    {
      const Loan loan(*this);
      auto work = [&call, session = session()] { return call(session); };
      rc = co_await off_thread(work);
    }
    throw_if_ended();
    if (rc == SSH_ERROR) keep_error();
    const unsigned before = turns_;
    after_call();
    if (rc != SSH_AGAIN) co_return rc;
    co_await wait_or_give_way(before);
  }
}

template <class Call>
base::Task<int> Driver::drive_alone(Call call) {
  while (in_global_turn_) co_await global_turn_over_.wait();
  const GlobalTurn turn(*this);
  if (unsettled_) co_await settle_requests();
  unsettled_ = true;  // for whoever comes next, should this be cancelled before the answer
  const int rc = co_await drive(std::move(call));
  unsettled_ = false;
  co_return rc;
}

/// Closes the driver's connection when it goes out of scope: the pump keeps the Driver itself alive until
/// then.
class OwnedDriver {
 public:
  OwnedDriver() = default;
  explicit OwnedDriver(std::shared_ptr<Driver> driver) : driver_(std::move(driver)) {}
  OwnedDriver(OwnedDriver&&) noexcept = default;
  OwnedDriver& operator=(OwnedDriver&& other) noexcept {
    driver_.swap(other.driver_);
    return *this;
  }
  ~OwnedDriver() {
    if (driver_) driver_->close("closed by us");
  }

  Driver* operator->() const { return driver_.get(); }
  [[nodiscard]] const std::shared_ptr<Driver>& shared() const { return driver_; }

 private:
  std::shared_ptr<Driver> driver_;
};

}  // namespace mcpssh::ssh
