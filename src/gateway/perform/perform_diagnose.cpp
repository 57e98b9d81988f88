// What a person who looks for a fault needs to see of a host, beside what Connect says.
#include <chrono>

#include "base/hop.hpp"
#include "gateway/core.hpp"
#include "gateway/target.hpp"
#include "ssh/survey/sftp_version.hpp"
#include "ssh/survey/survey.hpp"

namespace mcpssh::gateway {
namespace {

constexpr std::chrono::seconds sftp_patience{10};

Diagnosis diagnosis_of(const ssh::Survey& survey) {
  Diagnosis made;
  for (const auto& each : survey.addresses) made.addresses.push_back({each.address, each.failure, each.took});
  made.server_version = survey.version;
  made.greeting_failure = survey.failure;
  for (const auto& each : survey.agreements)
    made.agreements.push_back({each.kind, each.setting, each.ours, each.theirs, each.chosen, each.could_add});
  made.strict_key_exchange = survey.strict;
  return made;
}

/// A survey goes straight to the address: past what stands before the host, to somebody else perhaps.
void require_direct(const hosts::Host& host) {
  if (host.jump.empty() && !host.proxy && host.proxy_command.empty()) return;
  throw base::Error(
      base::ErrorCode::invalid_argument,
      "its network cannot be looked at from here: it is reached through another host or a proxy",
      "log in to see the way there");
}

}  // namespace

base::Task<void> Gateway::Core::perform_diagnose(std::shared_ptr<Call> call) {
  Diagnosis found;
  if (std::get<Diagnose>(call->action.what).part == Diagnose::Part::network) {
    require_direct(*call->host);
    const auto survey = co_await ssh::survey(address_for(*call->snapshot, *call->host));
    found = diagnosis_of(survey);
  } else {
    const auto lease = co_await connect(call);
    const auto connection = lease.connection();
    auto asking = ssh::sftp_version(connection, sftp_patience);
    found.sftp_version = co_await base::hop(connection->executor(), std::move(asking));
  }
  call->outcome.diagnosis = std::move(found);
  call->outcome.state = State::diagnosed;
}

}  // namespace mcpssh::gateway
