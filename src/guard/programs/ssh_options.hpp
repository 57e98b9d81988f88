#pragma once
#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// Tells what -o, -F, -S and -D of ssh, scp and sftp run and open (ssh_config(5)).
void judge_ssh_options(const Call& call, const Options& options);

}  // namespace mcpssh::guard
