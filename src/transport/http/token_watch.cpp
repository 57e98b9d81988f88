#include "transport/http/token_watch.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace mcpssh::transport {
namespace {

using base::Error;
using base::ErrorCode;

/// Clocks are set, and machines sleep: an expiry is not waited for in one piece.
constexpr auto longest_wait = std::chrono::hours(1);
/// Until descriptors may be free again.
constexpr auto breather = std::chrono::seconds(1);

}  // namespace

TokenWatch::TokenWatch(const base::Executor& executor, std::filesystem::path file, base::Clock clock)
    : file_(std::move(file)), clock_(std::move(clock)), watch_(executor, file_), alarm_(executor) {
  look();
}

TokenWatch::ByDigest TokenWatch::in_force() const {
  ByDigest tokens;
  for (auto& token : read_tokens(file_))
    if (!token.expires || *token.expires > clock_.wall()) tokens.emplace(token.sha256, std::move(token));
  return tokens;
}

std::vector<TokenChange> TokenWatch::look() {
  ByDigest now;
  look_again_ = false;
  try {
    now = in_force();
  } catch (const Error& error) {
    look_again_ = error.code() == ErrorCode::io_error;
    if (look_again_) return {};
  }
  std::vector<TokenChange> changes;
  for (const auto& [digest, before] : known_) {
    const auto found = now.find(digest);
    TokenChange change;
    change.name = before.name;
    change.gone = found == now.end() || found->second.name != before.name;
    if (!change.gone && found->second.rights == before.rights) continue;
    if (!change.gone && found->second.rights)
      change.rights = std::make_shared<const base::Rights>(*found->second.rights);
    changes.push_back(std::move(change));
  }
  known_ = std::move(now);
  return changes;
}

base::Task<void> TokenWatch::file_or_time() {
  using namespace base::asio::experimental::awaitable_operators;
  std::chrono::nanoseconds wait = look_again_ ? std::chrono::nanoseconds(breather) : longest_wait;
  for (const auto& [digest, token] : known_)
    if (token.expires) wait = std::min<std::chrono::nanoseconds>(wait, *token.expires - clock_.wall());
  alarm_.expires_after(wait);
  failure_.reset();
  boost::system::error_code ignored;
  const auto first = co_await (
      file_changed() || alarm_.async_wait(base::asio::redirect_error(base::asio::use_awaitable, ignored)));
  const auto state = co_await base::asio::this_coro::cancellation_state;
  if (state.cancelled() != base::asio::cancellation_type::none)
    throw Error(ErrorCode::cancelled, "the tokens are no longer watched");
  if (first.index() == 0 && failure_) throw Error(*failure_);
}

base::Task<void> TokenWatch::file_changed() {
  try {
    co_await watch_.changed();
  } catch (const Error& error) {
    failure_ = error;
  }
}

base::Task<std::vector<TokenChange>> TokenWatch::changes() {
  for (;;) {
    auto found = look();
    if (!found.empty()) co_return found;
    co_await file_or_time();
  }
}

}  // namespace mcpssh::transport
