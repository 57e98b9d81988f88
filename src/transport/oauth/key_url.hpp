#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/wakeup.hpp"
#include "transport/oauth/fetch.hpp"
#include "transport/oauth/keys.hpp"

namespace mcpssh::transport::oauth {

/// Keys that are fetched, one fetch at a time, by run() and never by a request: at the start, when their time
/// is up (what Cache-Control says, at least 5 minutes and at most 24 hours; else an hour), and when a token
/// has a key that is not among them, at most once a minute whatever anyone sends. When a fetch fails the old
/// keys stay, and it is tried again after 5 s, 10 s, and so on up to a minute.
class KeyUrl : public Keys, public std::enable_shared_from_this<KeyUrl> {
 public:
  /// Throws base::Error when it has no answer.
  using Fetch = std::function<base::Task<Fetched>()>;

  /// `name`: the URL, for messages.
  KeyUrl(const base::Executor& executor, std::string name, Fetch fetch, base::Clock clock, base::Log log);

  /// Until it is cancelled: for a Nursery.
  base::Task<void> run();

  base::Task<KeySetPtr> current() override;
  base::Task<KeySetPtr> newer_than(KeySetPtr known) override;
  [[nodiscard]] std::chrono::seconds retry_after() const override;

 private:
  base::Task<void> fetch_once();
  void take(const Fetched& answer);
  void fail(const std::string& why);
  base::Task<void> fetched();
  [[nodiscard]] base::MonoTime due() const;

  std::string name_;
  Fetch fetch_;
  base::Clock clock_;
  base::Log log_;
  base::Wakeup asked_;  ///< run() looks whether something is due
  base::Wakeup news_;   ///< a fetch has ended
  KeySetPtr keys_;
  base::MonoTime next_{};     ///< the next fetch nobody has to ask for
  base::MonoTime allowed_{};  ///< the next one that may be asked for
  bool wanted_ = false;
  bool fetching_ = true;  ///< from the beginning: whoever comes before the first fetch waits for it
  int failures_ = 0;      ///< in a row
};

}  // namespace mcpssh::transport::oauth
