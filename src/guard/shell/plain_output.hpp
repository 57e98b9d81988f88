#pragma once
#include <functional>
#include <string_view>

#include "guard/shell/syntax.hpp"

namespace mcpssh::guard {

/// What else the text says that a command's output depends on.
struct Surroundings {
  std::function<bool(const Expansion&)> leads_up;   ///< what is expanded in its words may be "../etc"
  std::function<bool(std::string_view)> redefined;  ///< this name is no program
};

/// Whether what $(script) stands for is a name or names that lead nowhere else: dates, hosts, accounts,
/// commits, names of a listing. What stands in a file, or comes from elsewhere, may be "../etc".
bool prints_plain_names(const Node& script, const Surroundings& around);

/// Whether it is a call of mktemp that makes its file in /tmp, as far as nothing says otherwise.
bool makes_temporary(const Node& script, const std::function<bool(std::string_view)>& redefined);

}  // namespace mcpssh::guard
