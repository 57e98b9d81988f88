#include "cli/service/operators_door.hpp"

#include <unistd.h>

#include <algorithm>

#include "approvals/people.hpp"
#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "control/server.hpp"

namespace mcpssh::cli {
namespace {

bool needs_people(const hosts::Snapshot& snapshot) {
  const auto human = [&](const hosts::Host& host) {
    return host.approval.value_or(snapshot.settings.approval) == hosts::Approval::human;
  };
  return std::ranges::any_of(snapshot.hosts, human);
}

}  // namespace

std::optional<ApproversGroup> approvers_of(const hosts::Settings& settings, bool service) {
  const bool named = !settings.approvers_group.empty();
  if (!named && !service) return std::nullopt;
  const std::string name = named ? settings.approvers_group : std::string(approvals::default_group);
  if (const auto id = base::group_id(name)) return ApproversGroup{name, *id};
  if (!named) return std::nullopt;
  throw base::Error(
      base::ErrorCode::invalid_config,
      "settings.approvers_group: there is no group " + base::printable(name, 60) + " on this machine",
      "create it with: groupadd --system " + base::printable(name, 60));
}

std::vector<std::string> approval_gaps(const hosts::Snapshot& snapshot, bool approvers, bool service) {
  std::vector<std::string> gaps;
  const bool codes = !snapshot.settings.approver_totp.empty();
  if (codes && !approvers)
    gaps.emplace_back(
        "settings.approver_totp has no effect: there is no approvers' group, and only its members answer. "
        "Set "
        "approvers_group (docs/approvals.md)");
  if (codes && !service)
    gaps.emplace_back(
        "over stdio no one-time code makes an approval count: who asks can read the secrets as well as this "
        "server. Run a service under a user of its own (docs/approvals.md)");
  if (approvers && ::geteuid() == 0)
    gaps.emplace_back(
        "this server runs as root, and so may those who ask it: over stdio and HTTP nobody's approval "
        "counts. Run it as a user of its own (docs/approvals.md)");
  if (!approvers && !snapshot.settings.trust_elicitation && needs_people(snapshot))
    gaps.emplace_back(
        "hosts with approval: human let nothing through that needs approval: there is no way to a person. "
        "Set "
        "approvers_group (docs/approvals.md)");
  return gaps;
}

OperatorsDoor::OperatorsDoor(gateway::Gateway& gateway, std::optional<ApproversGroup> approvers, bool service,
                             base::Log log)
    : gateway_(gateway),
      operators_(gateway),
      approvers_(std::move(approvers)),
      service_(service),
      log_(std::move(log)) {}

void OperatorsDoor::open(base::Nursery& clients) {
  try {
    const auto places = control::server_directories(hosts::process_environment(), service_);
    const auto group = approvers_ ? std::optional(approvers_->id) : std::nullopt;
    place_ = std::make_unique<control::Place>(places, group);
    log_.debug("operators reach this server at " + place_->path().string());
    operators_.open_to_answers();
    clients.start("operators", control::serve(operators_, place_->take(), group, clients, log_));
  } catch (const base::Error& error) {
    log_.warning(std::string("nobody can approve, freeze or stop from outside: ") + error.what());
    operators_.close_to_approvers(error.message());
  }
  say_who_can_answer();
  if (const auto frozen = operators_.frozen())
    log_.warning("frozen by " + approvals::described(*frozen) + "; nothing runs until mcp-ssh thaw");
}

void OperatorsDoor::say_who_can_answer() const {
  const auto& snapshot = *gateway_.snapshot();
  if (approvers_ && place_ && !place_->closed_because().empty())
    log_.warning("members of " + approvers_->name + " cannot reach " + place_->path().string() + " (" +
                 place_->closed_because() + "): only root can approve. The server's user has to be a member");
  for (const auto& gap : approval_gaps(snapshot, approvers_.has_value(), service_)) log_.warning(gap);
}

}  // namespace mcpssh::cli
