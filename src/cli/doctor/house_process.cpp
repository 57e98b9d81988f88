// The process itself: what it is made of, what it may have, and its clock.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/timex.h>

#include <chrono>

#include "base/clock.hpp"
#include "cli/doctor/house_checks.hpp"
#include "cli/version.hpp"
#include "gateway/surroundings.hpp"

namespace mcpssh::cli::doctor {
namespace {

/// Two for each SSH connection, and some for the rest.
constexpr rlim_t fair_descriptors = 1024;
/// Older than this program.
constexpr auto beginning = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);

/// Memory with secrets in it must not land on a disk.
bool may_dump_core() {
  rlimit limit{};
  const bool none = ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0;
  return !none || ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
}

Findings descriptor_findings() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max >= fair_descriptors) return {};
  return {warn("descriptors", fmt::format("{} at most", limit.rlim_max),
               "each SSH connection takes two, so that many hosts at once will fail",
               "ulimit -Hn 65536   # as root, where the server is started; LimitNOFILE= in a systemd unit")};
}

}  // namespace

Findings process_findings() {
  Findings found{ok("program", fmt::format("mcp-ssh {}, {}", version, gateway::library_versions()))};
  if (may_dump_core())
    found.push_back(warn("core dumps", "cannot be switched off here",
                         "a crash could write secrets to the disk",
                         "ulimit -c 0   # where the server is started; LimitCORE=0 in a systemd unit"));
  for (auto& each : descriptor_findings()) found.push_back(std::move(each));
  return found;
}

Findings clock_findings(const House& house) {
  const base::Clock clock;
  const auto before = clock.mono();
  const auto now = clock.wall();
  if (clock.mono() < before)
    return {fail("clock", "the monotonic clock runs backwards", "no time limit holds",
                 "look at this machine's kernel log")};
  if (now < beginning)
    return {fail("clock", base::rfc3339(now), "it is years behind: records would carry wrong times",
                 "timedatectl set-ntp true")};
  timex state{};
  const bool synchronised = ::adjtimex(&state) != TIME_ERROR;
  const bool codes = house.snapshot && !house.snapshot->settings.approver_totp.empty();
  if (codes && !synchronised)
    return {warn("clock", base::rfc3339(now) + ", synchronised by nobody",
                 "one-time codes are refused when it is more than 30 s off", "timedatectl set-ntp true")};
  return {ok("clock", base::rfc3339(now) + (synchronised ? ", synchronised" : ""))};
}

Findings house_findings(const House& house) {
  Findings all;
  const auto add = [&all](Findings more) {
    for (auto& each : more) all.push_back(std::move(each));
  };
  if (house.snapshot) add(configuration_findings(house));
  add(state_directory_findings());
  if (house.snapshot) {
    add(journal_findings(house));
    add(secret_findings(house));
    add(agent_findings(house));
    add(known_hosts_findings(house));
  }
  add(socket_findings(house));
  add(token_findings(house));
  add(freeze_findings());
  if (house.snapshot) add(approval_findings(house));
  add(process_findings());
  add(clock_findings(house));
  return all;
}

}  // namespace mcpssh::cli::doctor
