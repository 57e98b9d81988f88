#pragma once
#include <string>
#include <string_view>

namespace mcpssh::hosts {

/// The lines that differ with three lines around them, in the form of `diff -u`; empty when there are none.
/// Control characters are made visible: it is for a person's terminal. Where more than some thousand lines
/// differ, they stand as one block.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace mcpssh::hosts
