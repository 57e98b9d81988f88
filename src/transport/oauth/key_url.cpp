#include "transport/oauth/key_url.hpp"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>

#include "base/error.hpp"

namespace mcpssh::transport::oauth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Task;
using std::chrono::seconds;

constexpr seconds shortest_age = std::chrono::minutes(5);
constexpr seconds longest_age = std::chrono::hours(24);
constexpr seconds usual_age = std::chrono::hours(1);
constexpr seconds between_wishes{60};
constexpr seconds first_pause{5};
constexpr seconds longest_pause{60};
/// A request waits no longer for a fetch, which should have ended by then.
constexpr seconds patience{12};

}  // namespace

KeyUrl::KeyUrl(const base::Executor& executor, std::string name, Fetch fetch, base::Clock clock,
               base::Log log)
    : name_(std::move(name)),
      fetch_(std::move(fetch)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      asked_(executor),
      news_(executor) {}

base::MonoTime KeyUrl::due() const {
  return wanted_ ? std::min(next_, allowed_) : next_;
}

Task<void> KeyUrl::run() {
  const auto self = shared_from_this();
  for (;;) {
    co_await fetch_once();
    for (auto left = due() - clock_.mono(); left > left.zero(); left = due() - clock_.mono())
      co_await asked_.wait_until(std::chrono::steady_clock::now() + left);
  }
}

Task<void> KeyUrl::fetch_once() {
  fetching_ = true;
  wanted_ = false;
  std::string problem;
  try {
    const auto answer = co_await fetch_();
    take(answer);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    problem = error.message();
  } catch (const boost::system::system_error&) {
    throw;  // cancelled
  } catch (const std::exception& error) {
    problem = name_ + ": " + error.what();
  }
  if (!problem.empty()) fail(problem);
  allowed_ = clock_.mono() + between_wishes;
  fetching_ = false;
  news_.notify();
}

void KeyUrl::take(const Fetched& answer) {
  auto set = KeySet::parse(answer.body);
  if (!set)
    throw Error(ErrorCode::protocol_error, "what " + name_ + " gives cannot be used: " + set.error(),
                "check settings.oauth.jwks_url");
  for (const auto& note : set->notes) log_.warning("OAuth: " + name_ + ": " + note);
  if (set->keys.empty()) log_.error("OAuth: " + name_ + " has no key that tokens can be checked with");
  if (failures_ > 0 || !keys_)
    log_.info("OAuth: " + std::to_string(set->keys.size()) + " keys were fetched from " + name_);
  failures_ = 0;
  keys_ = set->keys.empty() ? nullptr : std::make_shared<const KeySet>(std::move(*set));
  next_ = clock_.mono() + std::clamp(answer.max_age.value_or(usual_age), shortest_age, longest_age);
}

void KeyUrl::fail(const std::string& why) {
  // Once for each outage.
  if (failures_ == 0)
    log_.error(
        "OAuth: " + why +
        (keys_ ? "; the keys fetched before stay in use" : "; tokens cannot be checked until it answers"));
  failures_ = std::min(failures_ + 1, 8);
  next_ = clock_.mono() + std::min(first_pause * (1 << (failures_ - 1)), longest_pause);
}

/// Until the fetch under way, or the one just asked for, has ended.
Task<void> KeyUrl::fetched() {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool in_time = true;
  while ((fetching_ || wanted_) && in_time) in_time = co_await news_.wait_until(deadline);
}

Task<KeySetPtr> KeyUrl::current() {
  const auto self = shared_from_this();
  if (next_ <= clock_.mono()) asked_.notify();
  if (!keys_) co_await fetched();
  co_return keys_;
}

Task<KeySetPtr> KeyUrl::newer_than(KeySetPtr known) {
  const auto self = shared_from_this();
  if (keys_ == known && !fetching_ && allowed_ <= clock_.mono()) {
    wanted_ = true;
    asked_.notify();
  }
  if (keys_ == known) co_await fetched();
  // While they cannot be fetched nobody can say that a key does not exist.
  if (keys_ == known && (failures_ > 0 || fetching_)) co_return nullptr;
  co_return keys_ ? keys_ : nullptr;
}

seconds KeyUrl::retry_after() const {
  const auto left = std::chrono::ceil<seconds>(next_ - clock_.mono());
  return std::clamp(left, seconds(1), longest_pause);
}

}  // namespace mcpssh::transport::oauth
