#include "ssh/stop.hpp"

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "ssh/capture.hpp"
#include "ssh/race.hpp"
#include "ssh/stop_script.hpp"

namespace mcpssh::ssh {

base::Task<StopOutcome> stop_by_pid(std::shared_ptr<Driver> driver, long pid, base::MonoTime deadline) {
  StopOutcome outcome;
  const std::string nonce = base::random_hex(12);
  std::optional<Captured> answer;
  try {
    answer = co_await within(deadline, capture(driver, stop_script(pid, nonce, base::limits::stop_grace)));
  } catch (const base::Error&) {
    co_return outcome;  // no channel to be had, or no connection
  }
  const auto report = answer ? parse_stop_report(answer->out, nonce) : std::nullopt;
  if (!report) co_return outcome;
  outcome.stop = report->survivors.empty() ? ExecResult::Stop::proved_gone : ExecResult::Stop::still_running;
  if (!report->survivors.empty()) outcome.survivor = report->survivors.front();
  co_return outcome;
}

}  // namespace mcpssh::ssh
