// Which part of the house does which kind of action.
#include <algorithm>

#include "base/faults.hpp"
#include "base/limits.hpp"
#include "gateway/core.hpp"
#include "gateway/judgement.hpp"
#include "gateway/refusal_rules.hpp"
#include "hosts/difference.hpp"

namespace mcpssh::gateway {

base::Task<void> Gateway::Core::perform(std::shared_ptr<Call> call) {
  const What& what = call->action.what;
  if (const auto* exec = std::get_if<Exec>(&what)) {
    if (call->host->shell == hosts::ShellKind::posix)
      co_await perform_exec(call);
    else
      co_await perform_line(call, exec->command);
  } else if (const auto* line = std::get_if<ShellLine>(&what)) {
    co_await perform_line(call, line->line);
  } else if (std::holds_alternative<Connect>(what)) {
    co_await perform_connect(call);
  } else if (std::holds_alternative<Disconnect>(what)) {
    co_await perform_disconnect(call);
  } else if (std::holds_alternative<Probe>(what)) {
    co_await perform_probe(call);
  } else if (std::holds_alternative<Trust>(what)) {
    co_await perform_trust(call);
  } else if (std::holds_alternative<Forget>(what)) {
    co_await perform_forget(call);
  } else if (std::holds_alternative<Tunnel>(what)) {
    co_await perform_tunnel(call);
  } else if (std::holds_alternative<Diagnose>(what)) {
    co_await perform_diagnose(call);
  } else if (std::holds_alternative<Stop>(what)) {
    co_await perform_stop(call);
  } else {
    throw base::Error(base::ErrorCode::internal, "not there yet");
  }
}

void Gateway::Core::require_still_approved(Call& call, const ssh::ConnectionFacts& facts) {
  if (auto frozen = frozen_out(call)) throw base::Error(*std::move(frozen));
  if (call.outcome.approved_by.empty()) return require_still_allowed(call);
  if (call.policies != policies) {
    call.outcome.rules.emplace_back(refusals::changed_policy);
    throw base::Error(base::Fault::approval_void,
                      "the configuration changed after this was approved, so the approval is void",
                      "ask again");
  }
  const bool same = call.trusted_keys.empty() ||
                    std::ranges::find(call.trusted_keys, facts.fingerprint) != call.trusted_keys.end();
  if (same) return;
  call.outcome.rules.emplace_back(refusals::changed_approval);
  throw base::Error(base::Fault::approval_void,
                    "this was approved for a host with another key than the connection's, " +
                        facts.fingerprint + ", so the approval is void",
                    "ssh_disconnect, then ask again");
}

void Gateway::Core::require_still_allowed(const Call& call) const {
  if (call.snapshot == snapshot) return;
  const std::string& name = call.host->name;
  const hosts::Host* host = snapshot->find(name);
  const auto ended = hosts::connections_to_close(*call.snapshot, *snapshot);
  const bool same_way = host != nullptr && std::ranges::find(ended, name) == ended.end();
  const auto* exec = std::get_if<Exec>(&call.action.what);
  if (same_way && exec != nullptr && !call.shell && still_allows(*exec, *host, call.action)) return;
  throw base::Error(base::Fault::policy_changed,
                    "not sent: the configuration changed while the host was being reached",
                    host == nullptr ? "the host is no longer configured" : "send it again");
}

std::chrono::milliseconds Gateway::Core::timeout_of(const Call& call) const {
  if (call.action.timeout) return *call.action.timeout;
  return call.snapshot->settings.command_timeout;
}

std::size_t Gateway::Core::budget_of(const Call& call) const {
  const std::size_t own = call.snapshot->settings.max_output_bytes;
  return own > 0 ? own : base::limits::output_bytes;
}

}  // namespace mcpssh::gateway
