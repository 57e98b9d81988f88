#pragma once
#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// Tells what start-stop-daemon -K stops, by the name, program or pid file it is given.
void judge_stopped_daemon(const Call& call, const Options& options);

}  // namespace mcpssh::guard
