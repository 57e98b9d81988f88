#pragma once
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "audit/record.hpp"
#include "base/clock.hpp"

namespace mcpssh::gateway {

/// Refusals that cost who asks nothing, and so could fill the disk: of one kind (asker, tool, rule) the first
/// is recorded as it is, those of the minute behind it as one sum. Lives on the gateway's executor.
class RefusalSums {
 public:
  explicit RefusalSums(base::Clock clock) : clock_(std::move(clock)) {}

  /// What to record of it now; nothing when it was added to a sum.
  std::optional<audit::Record> take(audit::Record refusal);
  /// When the next sum is to be recorded; nothing when there is none.
  [[nodiscard]] std::optional<base::MonoTime> due() const;
  /// The sums that are due; of all kinds, due or not, with `all`.
  std::vector<audit::Record> sums(bool all = false);

 private:
  struct Kind {
    base::MonoTime since;     ///< when one of them was recorded last
    std::size_t more = 0;     ///< that came since
    audit::Record last = {};  ///< of those
  };
  using Key = std::tuple<std::string, std::string, std::string>;

  base::Clock clock_;
  std::map<Key, Kind> kinds_;
};

}  // namespace mcpssh::gateway
