#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::ssh {

/// What became of a command that was to be ended.
struct StopReport {
  std::vector<long> survivors;  ///< empty: proved gone
};

/// A script for /bin/sh (dash, bash, BusyBox ash, ksh) that ends the process `pid`, all its descendants and,
/// when it leads a process group or session, all of that: TERM, then KILL for what is left after `grace`,
/// then a last look. dropbear starts commands inside its own group, so a group is signalled only by its
/// members' pids. Reads /proc/*/stat, or `ps` where there is no /proc. A recycled pid is told apart by its
/// start time. `proc` is for tests.
std::string stop_script(long pid, std::string_view nonce, std::chrono::seconds grace,
                        std::string_view proc = "/proc");

/// Reads the line the script prints last; nothing when it did not get that far or
/// could not see all processes.
std::optional<StopReport> parse_stop_report(std::string_view out, std::string_view nonce);

}  // namespace mcpssh::ssh
