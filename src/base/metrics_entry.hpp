#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "base/metrics.hpp"

namespace mcpssh::base {

/// One name with its series. For metrics*.cpp only.
struct Metrics::Entry {
  std::string name;
  std::string help;
  std::string_view type;  ///< as the formats call it
  std::variant<std::monostate, Family<Counter>, Family<Gauge>, Family<Histogram>> family;
};

}  // namespace mcpssh::base
