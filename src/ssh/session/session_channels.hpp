#pragma once
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/nursery.hpp"
#include "base/wakeup.hpp"
#include "ssh/session/channel.hpp"

namespace mcpssh::ssh {

class LentChannel;

/// Hands out the session channels of one connection. After the first command it keeps some open ahead, so
/// that the next one costs the round trip of its request alone. Confined to the driver's executor.
class SessionChannels : public std::enable_shared_from_this<SessionChannels> {
 public:
  struct Options {
    std::size_t most = 1;   ///< lent and spare ones together; who asks for more still gets them
    std::size_t spare = 0;  ///< open ahead
    /// Nobody needs a connection at its fastest that nobody uses: then the spare ones are closed.
    std::chrono::seconds keep_spare{60};
  };
  SessionChannels(std::shared_ptr<Driver> driver, Options options);
  SessionChannels(const SessionChannels&) = delete;
  SessionChannels& operator=(const SessionChannels&) = delete;
  ~SessionChannels();

  /// An open channel that is there already.
  std::optional<LentChannel> take_spare();
  /// An open channel: a spare one, the next one that is being opened, or a new one. Throws
  /// Error(channel_limit) when the host opens no further one, Error(channel_failed) when it opens none at
  /// all, Error(connection_lost). Nothing was asked of a shell then.
  base::Task<LentChannel> take();
  /// Opens channels ahead, in the background. To be called when the request of a command is on its way, so
  /// that it does not wait for this.
  void refill();
  /// Closes the spare ones and opens no more.
  void close();

  [[nodiscard]] std::size_t lent() const { return lent_; }
  [[nodiscard]] std::size_t spare() const { return spare_.size(); }
  [[nodiscard]] const std::shared_ptr<Driver>& driver() const { return driver_; }

 private:
  friend class LentChannel;
  class Opening;

  static base::Task<LentChannel> take_from(std::shared_ptr<SessionChannels> self);
  static base::Task<void> open_ahead(std::shared_ptr<Opening> opening);
  base::Task<std::unique_ptr<Channel>> open_one();
  void drop_closed();
  void borrowed();
  void returned();

  std::shared_ptr<Driver> driver_;
  Options options_;
  base::Wakeup changed_;
  base::asio::steady_timer idle_;
  std::optional<base::Nursery> nursery_;  ///< from the first refill() on
  std::vector<std::unique_ptr<Channel>> spare_;
  std::size_t lent_ = 0, opening_ = 0, waiting_ = 0;
};

/// What `target` allows. Only POSIX hosts get spare channels: devices may have one session in all.
SessionChannels::Options session_options(const Target& target);

/// A channel in use. Destroying it closes it.
class LentChannel {
 public:
  LentChannel(std::shared_ptr<SessionChannels> from, std::unique_ptr<Channel> channel);
  LentChannel(LentChannel&&) noexcept = default;
  LentChannel& operator=(LentChannel&&) = delete;
  ~LentChannel();

  Channel* operator->() const { return channel_.get(); }
  Channel& operator*() const { return *channel_; }

 private:
  std::shared_ptr<SessionChannels> from_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace mcpssh::ssh
