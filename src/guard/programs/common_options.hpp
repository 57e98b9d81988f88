#pragma once
#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// Tells what options mean that mean it in about every program: --pager runs, --plugin-path loads. For rows
/// whose options are not all known (any_option).
void judge_common_options(const Call& call);

}  // namespace mcpssh::guard
