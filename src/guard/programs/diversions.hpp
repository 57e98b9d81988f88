#pragma once
#include "guard/programs/program.hpp"

/// What makes the name of a program or a file mean another one.
namespace mcpssh::guard {

void judge_divert(const Call& call);
void judge_alternatives(const Call& call);

}  // namespace mcpssh::guard
