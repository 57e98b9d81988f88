#pragma once
#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// dd and its kind (coreutils 9.1): what if= reads and of= writes.
void judge_dd(const Call& call);

}  // namespace mcpssh::guard
