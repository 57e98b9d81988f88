#pragma once

namespace mcpssh::cli {

/// This process as the kernel sees it; 0 where it does not tell.
struct ProcessFacts {
  double cpu_seconds = 0;  ///< user and system
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;
};
ProcessFacts process_facts();

/// When it started, in seconds since 1970.
double process_start_time();

}  // namespace mcpssh::cli
