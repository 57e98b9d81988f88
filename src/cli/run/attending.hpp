#pragma once
#include <boost/asio/signal_set.hpp>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/nursery.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// The person behind calls that run: is asked about them, and ends them with Ctrl-C. Lives on the gateway's
/// executor; the gateway outlives it, and end() must have completed.
class Attending {
 public:
  explicit Attending(gateway::Gateway& gateway, const base::Executor& executor);

  /// Watches over these from here on. The first SIGINT, SIGTERM or SIGHUP stops them on their hosts; at the
  /// second the process ends at once.
  void watch(std::vector<base::CallId> calls);
  /// This one has ended, and is not stopped any more.
  void over(const base::CallId& call) { std::erase(calls_, call); }
  /// Stops them, as a signal would, without a word.
  void stop_all();
  /// Puts the questions of those that wait before the person, if one here may answer, and says what is waited
  /// for elsewhere. Returns when none of them waits any more.
  base::Task<void> answer(std::vector<std::pair<base::CallId, gateway::Waiting>> waiting);
  /// The signal that came; 0: none.
  [[nodiscard]] int signal() const { return signal_; }
  /// Returns when nothing of it runs any more.
  base::Task<void> end();

 private:
  base::Task<void> take_signals();
  base::Task<void> stop(base::CallId call);
  base::Task<void> answered_elsewhere(std::vector<base::CallId> calls);

  gateway::Gateway& gateway_;
  boost::asio::signal_set signals_;
  std::vector<base::CallId> calls_;
  int signal_ = 0;
  bool stopping_ = false;
  base::Nursery watching_, stops_;
};

}  // namespace mcpssh::cli
