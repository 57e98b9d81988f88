#pragma once

namespace mcpssh::cli {

/// The whole program: parses the command line, wires the rooms, returns the exit status (0 ok, 1 failed, 2
/// usage).
int run(int argc, char** argv);

}  // namespace mcpssh::cli
