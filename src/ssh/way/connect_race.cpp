#include "ssh/way/connect_race.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using boost::system::error_code;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

/// RFC 8305 section 8: the recommended Connection Attempt Delay.
constexpr auto attempt_delay = 250ms;

std::string cause_of(const error_code& error, const std::string& where) {
  if (error == asio::error::connection_refused) return "connection refused by " + where;
  if (error == asio::error::timed_out) return "no answer from " + where + ": timed out";
  if (error == asio::error::host_unreachable || error == asio::error::network_unreachable)
    return where + " is unreachable: " + error.message();
  return "cannot connect to " + where + ": " + error.message();
}

std::string next_move_for(const error_code& error) {
  if (error == asio::error::connection_refused) return "check that an SSH server listens on that port";
  return "check address, network and firewall between this machine and the host";
}

struct Attempt {
  Attempt(const base::Executor& executor, tcp::endpoint to) : socket(executor), endpoint(std::move(to)) {}
  tcp::socket socket;
  tcp::endpoint endpoint;
  std::optional<error_code> ended;
};

/// The attempts under way. What a handler touches is shared with it: it may run after the race was left.
struct Race {
  explicit Race(const base::Executor& executor) : changed(executor) {}
  base::Wakeup changed;
  std::vector<std::shared_ptr<Attempt>> attempts;
  bool last_failed = true;  ///< or there was none yet: the next one need not wait
};

/// Closes all attempts when the race is over or cancelled.
class RaceOwner {
 public:
  explicit RaceOwner(const base::Executor& executor) : race_(std::make_shared<Race>(executor)) {}
  RaceOwner(const RaceOwner&) = delete;
  RaceOwner& operator=(const RaceOwner&) = delete;
  ~RaceOwner() {
    error_code ignored;
    for (const auto& attempt : race_->attempts) attempt->socket.close(ignored);
  }
  Race& operator*() const { return *race_; }
  Race* operator->() const { return race_.get(); }

  void start(const base::Executor& executor, const tcp::endpoint& endpoint) {
    const auto attempt = std::make_shared<Attempt>(executor, endpoint);
    race_->attempts.push_back(attempt);
    race_->last_failed = false;
    attempt->socket.async_connect(endpoint, [race = race_, attempt](const error_code& error) {
      attempt->ended = error;
      race->last_failed = race->last_failed || attempt == race->attempts.back();
      race->changed.notify();
    });
  }

 private:
  std::shared_ptr<Race> race_;
};

std::shared_ptr<Attempt> winner(const Race& race) {
  const auto won = [](const auto& attempt) { return attempt->ended && !*attempt->ended; };
  const auto found = std::ranges::find_if(race.attempts, won);
  return found == race.attempts.end() ? nullptr : *found;
}

bool all_failed(const Race& race) {
  return std::ranges::all_of(race.attempts, [](const auto& attempt) { return attempt->ended.has_value(); });
}

TcpLink link_of(Attempt& attempt) {
  TcpLink link;
  link.socket.reset(attempt.socket.release());
  link.address = described(attempt.endpoint);
  return link;
}

Error failure_of(const Race& race) {
  std::vector<std::string> causes;
  error_code last;
  for (const auto& attempt : race.attempts) {
    last = attempt->ended.value_or(make_error_code(asio::error::timed_out));
    causes.push_back(cause_of(last, described(attempt->endpoint)));
  }
  return {ErrorCode::connect_failed, base::join(causes, "; "), next_move_for(last)};
}

}  // namespace

std::string described(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return fmt::format("{}:{}", host, endpoint.port());
}

Endpoints families_in_turn(Endpoints found) {
  if (found.empty()) return found;
  Endpoints first, second, turns;
  for (const auto& each : found)
    (each.protocol() == found.front().protocol() ? first : second).push_back(each);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) turns.push_back(first[i]);
    if (i < second.size()) turns.push_back(second[i]);
  }
  return turns;
}

base::Task<TcpLink> connect_race(Endpoints endpoints, base::MonoTime deadline) {
  auto executor = co_await asio::this_coro::executor;
  RaceOwner race(executor);
  auto next_start = steady_clock::now();
  std::size_t next = 0;
  for (;;) {
    if (const auto won = winner(*race)) co_return link_of(*won);
    const auto now = steady_clock::now();
    const bool more = next < endpoints.size();
    if ((!more && all_failed(*race)) || now >= deadline) throw failure_of(*race);
    if (more && (race->last_failed || now >= next_start)) {
      race.start(executor, endpoints[next++]);
      next_start = now + attempt_delay;
      continue;
    }
    co_await race->changed.wait_until(more ? std::min(deadline, next_start) : deadline);
  }
}

}  // namespace mcpssh::ssh
