#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "transport/http.hpp"

namespace mcpssh::cli {

/// One thing that must hold for the service to take work. Asked on the loop; must not wait.
struct Check {
  std::string name;                    ///< "journal"
  std::function<std::string()> fails;  ///< why it does not hold; empty: it does
};
using Checks = std::vector<Check>;

/// `/livez` and `/readyz` for everybody: whether, and nothing about why.
std::vector<transport::HttpRoute> public_routes(Checks checks);

/// `/livez`, `/healthz`, `/readyz` with what failed as JSON, and `/metrics`.
std::vector<transport::HttpRoute> admin_routes(Checks checks, std::shared_ptr<base::Metrics> metrics);

}  // namespace mcpssh::cli
