#include "ssh/session/session_channels.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;

namespace {

/// Counts one for as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  std::size_t& count_;
};

}  // namespace

/// A channel that is being opened ahead.
class SessionChannels::Opening {
 public:
  explicit Opening(std::shared_ptr<SessionChannels> of)
      : channels(std::move(of)), counted_(channels->opening_) {}
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;
  /// Also when it was cancelled: who counts on it must open one.
  ~Opening() { channels->changed_.notify(); }
  const std::shared_ptr<SessionChannels> channels;

 private:
  Counted counted_;
};

SessionChannels::Options session_options(const Target& target) {
  SessionChannels::Options options;
  options.most = target.max_sessions > 0 ? target.max_sessions : base::limits::channels_per_connection;
  options.spare = target.posix ? target.spare_channels : 0;
  return options;
}

LentChannel::LentChannel(std::shared_ptr<SessionChannels> from, std::unique_ptr<Channel> channel)
    : from_(std::move(from)), channel_(std::move(channel)) {
  from_->borrowed();
}

LentChannel::~LentChannel() {
  if (!from_) return;
  channel_.reset();
  from_->returned();
}

SessionChannels::SessionChannels(std::shared_ptr<Driver> driver, Options options)
    : driver_(std::move(driver)),
      options_(options),
      changed_(driver_->executor()),
      idle_(driver_->executor()) {}

SessionChannels::~SessionChannels() = default;

void SessionChannels::close() {
  options_.spare = 0;
  spare_.clear();
  idle_.cancel();  // a thread that drains waits for it
  if (nursery_) nursery_->cancel();
}

void SessionChannels::borrowed() {
  ++lent_;
  idle_.cancel();
}

void SessionChannels::returned() {
  if (--lent_ > 0 || options_.spare == 0 || !driver_->alive()) return;
  idle_.expires_after(options_.keep_spare);
  idle_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error && self->lent_ == 0) self->spare_.clear();
  });
}

/// A host that closes channels nobody uses (sshd's ChannelTimeout) does not want them kept.
void SessionChannels::drop_closed() {
  if (std::erase_if(spare_, [](const auto& channel) { return channel->closed(); }) > 0) options_.spare = 0;
}

std::optional<LentChannel> SessionChannels::take_spare() {
  drop_closed();
  if (spare_.empty() || !driver_->alive()) return std::nullopt;
  auto channel = std::move(spare_.back());
  spare_.pop_back();
  return LentChannel(shared_from_this(), std::move(channel));
}

base::Task<LentChannel> SessionChannels::take() {
  return take_from(shared_from_this());
}

base::Task<LentChannel> SessionChannels::take_from(std::shared_ptr<SessionChannels> self) {
  for (;;) {
    if (auto spare = self->take_spare()) co_return std::move(*spare);
    if (self->opening_ <= self->waiting_) break;
    // Asked for earlier than ours would be, so it is here sooner.
    const Counted waiting(self->waiting_);
    co_await self->changed_.wait();
  }
  auto channel = co_await self->open_one();
  co_return LentChannel(self, std::move(channel));
}

base::Task<std::unique_ptr<Channel>> SessionChannels::open_one() {
  auto channel = std::make_unique<Channel>(driver_);
  try {
    co_await channel->open();
  } catch (const Error& error) {
    // With none open the limit is zero, and another connection would have the same.
    const bool others = lent_ + spare_.size() + opening_ > 0;
    if (error.code() != ErrorCode::channel_limit || others) throw;
    throw Error(ErrorCode::channel_failed, error.cause(), "allow sessions there (MaxSessions, ForceCommand)");
  }
  co_return channel;
}

void SessionChannels::refill() {
  drop_closed();
  if (!nursery_ && options_.spare > 0) nursery_.emplace(driver_->executor(), base::Log::silent());
  while (driver_->alive() && spare_.size() + opening_ < options_.spare &&
         lent_ + spare_.size() + opening_ < options_.most)
    nursery_->start("spare channel", open_ahead(std::make_shared<Opening>(shared_from_this())));
}

base::Task<void> SessionChannels::open_ahead(std::shared_ptr<Opening> opening) {
  const auto self = opening->channels;
  auto channel = std::make_unique<Channel>(self->driver_);
  bool opened = true;
  try {
    co_await channel->open();
  } catch (const Error&) {
    opened = false;
  }
  opening.reset();
  // What the host has opened so far is what it opens.
  if (!opened)
    self->options_.most = std::min(self->options_.most, self->lent_ + self->spare_.size() + self->opening_);
  if (opened && self->options_.spare > 0) self->spare_.push_back(std::move(channel));
  self->changed_.notify();
}

}  // namespace mcpssh::ssh
