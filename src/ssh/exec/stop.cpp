#include "ssh/exec/stop.hpp"

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "ssh/exec/capture.hpp"
#include "ssh/exec/stop_script.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {

base::Task<StopOutcome> stop_by_pid(std::shared_ptr<SessionChannels> channels, StopRequest request,
                                    base::MonoTime deadline) {
  StopOutcome outcome;
  const std::string nonce = base::random_hex(12);
  ExecRequest script;
  script.command = stop_script(request.pid, nonce, base::limits::stop_grace);
  script.sudo = std::move(request.sudo);
  script.tty = request.tty;
  std::optional<Captured> answer;
  try {
    answer = co_await within(deadline, capture(channels, request.shell, std::move(script)));
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
