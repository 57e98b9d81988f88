// Connections as such: open, close, ask for a host key, trust one.
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/target.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;

ConnectionNote note_of(const ssh::ConnectionFacts& facts, const hosts::Host& host, bool opened_now) {
  ConnectionNote note;
  note.opened_now = opened_now;
  note.address = facts.address;
  note.user = host.user;
  note.host_key_type = facts.host_key_type;
  note.fingerprint = facts.fingerprint;
  note.auth_method = facts.auth_method;
  note.server_version = facts.server_version;
  note.login_shell = facts.login_shell;
  note.host_key_added = facts.host_key_added;
  note.took = facts.took;
  return note;
}

std::string state_name(ssh::KnownHosts::State state) {
  switch (state) {
    case ssh::KnownHosts::State::match:
      return "match";
    case ssh::KnownHosts::State::unknown:
      return "unknown";
    case ssh::KnownHosts::State::changed:
      return "changed";
    case ssh::KnownHosts::State::revoked:
      return "revoked";
  }
  return "unknown";
}

}  // namespace

base::Task<ssh::Lease> Gateway::Core::connect(std::shared_ptr<Call> call) {
  auto target = target_for(*call->snapshot, *call->host, options.environment);
  auto lease = co_await pool.acquire(std::move(target));
  const ssh::ConnectionFacts& facts = lease.connection()->facts();
  call->outcome.connection = note_of(facts, *call->host, lease.fresh);
  if (lease.fresh) {
    auto record = record_of(*call, audit::Kind::connect);
    record.command.clear();
    record.detail =
        facts.address + " " + facts.host_key_type + " " + facts.fingerprint + " " + facts.auth_method;
    co_await ledger.settle(std::move(record));
    if (facts.host_key_added) {
      auto added = record_of(*call, audit::Kind::security);
      added.command.clear();
      added.detail =
          "first contact: host key accepted (accept-new): " + facts.host_key_type + " " + facts.fingerprint;
      co_await ledger.settle(std::move(added));
    }
  }
  co_return lease;
}

base::Task<void> Gateway::Core::perform_connect(std::shared_ptr<Call> call) {
  const auto lease = co_await connect(call);
  call->outcome.state = State::connected;
}

base::Task<void> Gateway::Core::perform_disconnect(std::shared_ptr<Call> call) {
  const std::string& wanted = std::get<Disconnect>(call->action.what).session;
  const auto own = shells.of(call->action.principal.name, call->host->name);
  bool found = false;
  for (const auto& shell : own) {
    if (!wanted.empty() && shell->name != wanted) continue;
    for (const auto& [id, other] : calls)
      if (other->shell == shell && !other->done) other->ask_to_stop();
    co_await shells.close_when_free(shell);
    found = true;
  }
  if (!wanted.empty() && !found)
    throw Error(ErrorCode::not_found, "no shell called " + wanted + " is open there",
                "ssh_list_sessions shows what is open");
  // Other principals' shells live on the same connection: it then closes when they are gone and it is idle.
  if (wanted.empty() && shells.of("", call->host->name).empty())
    pool.close(call->host->name, ssh::CloseReason::asked);
  call->outcome.state = State::disconnected;
}

base::Task<void> Gateway::Core::perform_probe(std::shared_ptr<Call> call) {
  auto target = address_for(*call->snapshot, *call->host);
  const auto known_hosts = ssh::KnownHosts::load(target.known_hosts);
  auto key = co_await pool.host_key(std::move(target));
  const auto answer = known_hosts.check(call->host->address, call->host->port, key);
  ConnectionNote note;
  note.address = call->host->address + ":" + std::to_string(call->host->port);
  note.user = call->host->user;
  note.host_key_type = key.type;
  note.host_key_base64 = key.base64;
  note.fingerprint = key.fingerprint();
  note.on_record = state_name(answer.state);
  std::vector<std::string> known;
  for (const auto& old : answer.on_record) known.push_back(old.type + " " + old.fingerprint());
  note.known_fingerprints = base::join(known, ", ");
  call->outcome.connection = std::move(note);
  call->outcome.state = State::probed;
}

base::Task<void> Gateway::Core::perform_trust(std::shared_ptr<Call> call) {
  const auto& wanted = std::get<Trust>(call->action.what);
  const auto target = address_for(*call->snapshot, *call->host);
  ssh::HostKey key;
  key.type = wanted.key_type;
  key.base64 = wanted.key_base64;
  ssh::remember(target.known_hosts, target.address, target.port, key, true);
  auto record = record_of(*call, audit::Kind::security);
  record.detail =
      "host key trusted: " + key.type + " " + key.fingerprint() + " in " + target.known_hosts.string();
  co_await ledger.settle(std::move(record));
  call->outcome.state = State::trusted;
}

}  // namespace mcpssh::gateway
