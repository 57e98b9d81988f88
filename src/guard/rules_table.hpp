#pragma once
#include <string>

namespace mcpssh::guard {

/// Every built-in rule with what each mode says of it, as a Markdown table; docs/rules.md holds it.
std::string rules_table();

}  // namespace mcpssh::guard
