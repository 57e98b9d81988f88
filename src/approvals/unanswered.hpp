#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <expected>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace mcpssh::approvals {

/// The brake on log-ins that ask people and let nobody answer: each question is a notice to somebody, however
/// soon it is cancelled. Counts those that were opened within the last ten minutes and have no answer, open
/// ones too. Lives on one executor.
class Unanswered {
 public:
  static constexpr std::chrono::minutes window{10};
  static constexpr std::size_t most = 5;          ///< of one principal, about one host
  static constexpr std::size_t most_of_one = 64;  ///< of one principal, about whatever hosts
  static constexpr std::size_t most_of_all = 1024;

  explicit Unanswered(base::Clock clock) : clock_(std::move(clock)) {}

  /// Error(limit_reached), which says for how long, when `principal` may open no more about `host` now.
  [[nodiscard]] std::expected<void, base::Error> room_for(const std::string& principal,
                                                          const std::string& host);
  void opened(const std::string& id, const std::string& principal, const std::string& host);
  /// It counts no longer.
  void answered(const std::string& id);

 private:
  struct Question {
    std::string id, principal, host;
    base::MonoTime opened;
  };

  base::Clock clock_;
  std::deque<Question> questions_;  ///< oldest first
};

}  // namespace mcpssh::approvals
