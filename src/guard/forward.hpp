#pragma once
#include "guard/judge.hpp"

namespace mcpssh::guard {

/// Where a tunnel may lead: only to what the host lists. What listens for others than this machine's users,
/// or leads where its user says, asks, and a person alone can open it.
Verdict judge_forward(const Forward& forward, const Policy& policy);

}  // namespace mcpssh::guard
