#include "gateway/feed.hpp"

#include <utility>

namespace mcpssh::gateway {
namespace {

/// Kept for who follows before the host has to wait.
constexpr std::size_t most_ahead = std::size_t{512} * 1024;

/// Ends the feed however the command's coroutine ends.
class EndOfFeed {
 public:
  explicit EndOfFeed(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) {}
  EndOfFeed(const EndOfFeed&) = delete;
  EndOfFeed& operator=(const EndOfFeed&) = delete;
  ~EndOfFeed() { feed_->end(); }

 private:
  std::shared_ptr<Feed> feed_;
};

}  // namespace

void Feed::take(std::string_view bytes, bool is_stderr) {
  (is_stderr ? spools_->err : spools_->out).append(bytes);
  if (throttle_) {
    (is_stderr ? ahead_.err : ahead_.out) += bytes;
    if (ahead_.out.size() + ahead_.err.size() >= most_ahead) throttle_->hold();
  }
  grown_.notify();
}

void Feed::end() {
  ended_ = true;
  grown_.notify();
}

base::Task<void> Feed::more(std::shared_ptr<Feed> feed, bool is_stderr, std::uint64_t seen,
                            base::MonoTime deadline) {
  while (!feed->ended_ && feed->spools_->of(is_stderr).total() <= seen) {
    const bool woken = co_await feed->grown_.wait_until(deadline);
    if (!woken) co_return;
  }
}

base::Task<std::optional<Piece>> Feed::next(std::shared_ptr<Feed> feed) {
  while (feed->ahead_.empty() && !feed->ended_) co_await feed->grown_.wait();
  if (feed->ahead_.empty()) co_return std::nullopt;
  auto piece = std::exchange(feed->ahead_, Piece());
  feed->throttle_->release();
  co_return piece;
}

base::Task<ssh::ExecResult> run_fed(std::shared_ptr<ssh::Connection> connection, ssh::ExecRequest request,
                                    std::shared_ptr<Feed> feed) {
  const EndOfFeed ends(feed);
  ssh::Sink sink = [feed](std::string_view bytes, bool is_stderr) { feed->take(bytes, is_stderr); };
  auto running = connection->exec(std::move(request), std::move(sink));
  co_return co_await std::move(running);
}

}  // namespace mcpssh::gateway
