#pragma once
#include <expected>
#include <map>
#include <memory>
#include <string>

#include "approvals/desk.hpp"
#include "base/error.hpp"
#include "guard/policy.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// The compiled policy of one Snapshot: one guard policy a host. Immutable, shared by the calls that started
/// with it.
class PolicySet {
 public:
  /// Compiles every pattern. A pattern that does not compile, or an `unlock` id that does not exist, is an
  /// error with file and line: the server must not start with a rule it cannot apply.
  static std::expected<std::shared_ptr<const PolicySet>, base::Error> compile(
      const hosts::Snapshot& snapshot);

  /// `host` must be one of the snapshot's.
  [[nodiscard]] const guard::Policy& policy(const std::string& host) const { return policies_.at(host); }

 private:
  std::map<std::string, guard::Policy> policies_;
};

/// The approval setting that holds for `host`.
approvals::Setting approval_setting(const hosts::Snapshot& snapshot, const hosts::Host& host);
/// How many different people have to approve what asks on `host`.
std::size_t approvals_needed(const hosts::Snapshot& snapshot, const hosts::Host& host);

}  // namespace mcpssh::gateway
