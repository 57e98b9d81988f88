#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "ssh/survey/key_exchange_init.hpp"
#include "ssh/target.hpp"
#include "ssh/trust/algorithms.hpp"

namespace mcpssh::ssh {

/// One address of a host, and whether it takes a connection.
struct AddressTried {
  std::string address;  ///< "192.0.2.1:22"
  std::string failure;  ///< empty: it does
  std::chrono::microseconds took{};
};

/// What can be seen of a host without logging in. Values; all texts are cleaned.
struct Survey {
  std::vector<AddressTried> addresses;  ///< in the order they would be tried
  std::string version;                  ///< as the host introduced itself; empty: it did not
  std::string failure;                  ///< why there are no algorithms; empty: there are
  std::vector<algorithms::Agreement> agreements;
  bool strict = false;  ///< KeyExchangeInit::strict
};

/// Looks up the target's name, connects to each of its addresses, and reads from the first that answers what
/// it would agree to. Sends nothing but our version, and proves nothing: whose answers these are is not
/// known. Goes straight there: Target::jump and proxies are not used. Throws Error(resolve_failed) and
/// Error(invalid_config) for algorithms nobody knows. Ten seconds at most for
/// each part, four for each address behind the first.
base::Task<Survey> survey(Target target);

}  // namespace mcpssh::ssh
