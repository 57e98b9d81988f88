#pragma once
#include <functional>

#include "guard/shell/syntax.hpp"

namespace mcpssh::guard {

/// Whether what $(script) stands for is a name or names that lead nowhere else: dates, hosts, accounts,
/// commits, names of a listing. What stands in a file, or comes from elsewhere, may be "../etc"; so may what
/// `leads_up` says of an expansion in its words. As long as the text gives no program another meaning.
bool prints_plain_names(const Node& script, const std::function<bool(const Expansion&)>& leads_up);

}  // namespace mcpssh::guard
