#include "gateway/meters.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "guard/policy.hpp"

namespace mcpssh::gateway {
namespace {

/// From the first to `last`, by their names.
template <class Enum>
std::vector<std::string> names_up_to(Enum last) {
  std::vector<std::string> names;
  for (int value = 0; value <= static_cast<int>(last); ++value)
    names.emplace_back(to_string(static_cast<Enum>(value)));
  return names;
}

constexpr std::string_view no_rule = "none";

std::vector<std::string> rule_names() {
  std::vector<std::string> names{std::string(no_rule)};
  for (const auto& rule : guard::builtin_rules()) names.emplace_back(rule.id);
  return names;
}

constexpr std::string_view opened = "opened";

std::vector<std::string> connect_endings() {
  auto names = names_up_to(base::ErrorCode::internal);
  names.emplace_back(opened);
  return names;
}

}  // namespace

Meters::Meters(std::shared_ptr<base::Metrics> metrics)
    : metrics_(metrics ? std::move(metrics) : std::make_shared<base::Metrics>()),
      commands_(metrics_->counters("mcp_ssh_commands_total", "Commands and shell lines, by how they ended.",
                                   {{"outcome", names_up_to(State::never_started)}})),
      command_duration_(metrics_->histogram("mcp_ssh_command_duration_seconds",
                                            "From the call to its end, of commands that were sent to a host.",
                                            base::remote_times)),
      output_bytes_(metrics_->counters("mcp_ssh_output_bytes_total",
                                       "Bytes commands put out, by whether they were part of the answer.",
                                       {{"kept", {"yes", "no"}}})),
      decisions_(metrics_->counters("mcp_ssh_policy_decisions_total",
                                    "Verdicts of the guard, by the rule that decided.",
                                    {{"decision", {"allow", "ask", "deny"}}, {"rule", rule_names()}})),
      approval_wait_(metrics_->histograms(
          "mcp_ssh_approval_wait_seconds", "How long a human was asked, by how that ended.",
          {{"decision", {"approved", "declined", "timed_out", "cancelled", "void"}}}, base::remote_times)),
      connect_duration_(metrics_->histograms("mcp_ssh_ssh_connect_duration_seconds",
                                             "Time to a usable SSH connection, or to its failure.",
                                             {{"outcome", connect_endings()}}, base::remote_times)),
      host_key_mismatch_(metrics_->counter("mcp_ssh_ssh_hostkey_mismatch_total",
                                           "Connects refused because the host showed another key.")),
      records_(metrics_->counter("mcp_ssh_audit_records_total", "Records written to the audit journal.")),
      write_errors_(metrics_->counter("mcp_ssh_audit_write_errors_total",
                                      "Records that could not be written when they were due.")),
      fsync(metrics_->histogram("mcp_ssh_audit_fsync_duration_seconds",
                                "Time the disk took to have audit records.", base::local_times)),
      commands_running(metrics_->gauge("mcp_ssh_commands_running", "Calls that are at work on a host.")),
      approvals_pending(metrics_->gauge("mcp_ssh_approvals_pending", "Calls that wait for a human.")),
      connections(metrics_->gauges("mcp_ssh_ssh_connections", "SSH connections.",
                                   {{"state", {"idle", "busy", "connecting"}}})),
      audit_writable(metrics_->gauge("mcp_ssh_audit_writable",
                                     "1 while records can be written; without, nothing runs.")) {}

void Meters::command(const Outcome& outcome, bool sent) {
  commands_.at({to_string(outcome.state)}).add();
  if (!sent) return;
  command_duration_.observe(outcome.duration);
  for (const auto* stream : {&outcome.out, &outcome.err}) {
    output_bytes_.at({"yes"}).add(stream->total - stream->dropped);
    output_bytes_.at({"no"}).add(stream->dropped);
  }
}

void Meters::decision(const guard::Verdict& verdict) {
  const auto& rule = verdict.findings.empty() ? std::string(no_rule) : verdict.findings.front().rule;
  decisions_.at({guard::to_string(verdict.decision), rule}).add();
}

void Meters::approval(std::string_view ending, std::chrono::nanoseconds waited) {
  approval_wait_.at({ending}).observe(waited);
}

void Meters::connect(std::chrono::nanoseconds took, std::optional<base::ErrorCode> failure) {
  connect_duration_.at({failure ? base::to_string(*failure) : opened}).observe(took);
  if (failure == base::ErrorCode::host_key_changed) host_key_mismatch_.add();
}

void Meters::record(bool written) {
  (written ? records_ : write_errors_).add();
}

}  // namespace mcpssh::gateway
