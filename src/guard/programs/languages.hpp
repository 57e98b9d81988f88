#pragma once
#include "guard/programs/program.hpp"

/// Programs that carry a program of their own in their words.
namespace mcpssh::guard {

void judge_sed(const Call& call);
void judge_awk(const Call& call);
void judge_jq(const Call& call);
void judge_yq(const Call& call);

}  // namespace mcpssh::guard
