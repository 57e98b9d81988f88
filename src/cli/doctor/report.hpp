#pragma once
#include <cstddef>
#include <string>

#include "cli/doctor/finding.hpp"

namespace mcpssh::cli::doctor {

/// How a report is shown.
struct Style {
  bool colour = false;
  std::size_t width = 0;  ///< columns that sentences are broken at; 0: they are not
};
/// For what stdout is now: colour on a terminal that can show it, unless NO_COLOR is set (no-color.org).
Style style_of_stdout();

/// One line a check; below a warn or fail what is wrong and what to do, the advice at the end. All that is
/// quoted is cleaned. Lines to be copied are never broken. Pure.
std::string rendered(const Section& section, const Style& style);

/// "12 ok, 1 warning, 0 failed".
std::string summary(const std::vector<Section>& sections);

}  // namespace mcpssh::cli::doctor
