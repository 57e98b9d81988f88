// What the gateway writes to the journal.
#include "gateway/core.hpp"

namespace mcpssh::gateway {

audit::Record Gateway::Core::record_of(const Call& call, audit::Kind kind) const {
  audit::Record record;
  record.kind = kind;
  record.call = call.id.str();
  record.host = call.action.host;
  record.tool = call.action.tool;
  record.command = text_of(call.action.what);
  record.decision = call.decision_name;
  record.principal = call.action.principal;
  if (const auto* line = std::get_if<ShellLine>(&call.action.what))
    record.session = line->session.empty() ? "default" : line->session;
  record.digest = call.digest;
  record.rules = call.outcome.rules;
  record.approved_by = call.outcome.approved_by;
  record.reason = call.action.reason;
  return record;
}

base::Task<void> Gateway::Core::settle(audit::Record record) {
  co_await ledger.settle(std::move(record));
}

void Gateway::Core::on_closed(const std::string& host, const ssh::ConnectionFacts& facts,
                              ssh::CloseReason reason) {
  audit::Record record;
  record.kind = audit::Kind::disconnect;
  record.host = host;
  record.principal.name = "system";
  record.state = ssh::to_string(reason);
  record.detail = facts.address;
  recording.start("record of a closed connection", settle(std::move(record)));
}

}  // namespace mcpssh::gateway
