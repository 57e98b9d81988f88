#pragma once
#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// GNU tar 1.34, bsdtar and star, also with the options of old ("tar czf x y").
void judge_tar(const Call& call);

}  // namespace mcpssh::guard
