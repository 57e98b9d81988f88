// Connections as such: open, close, ask for a host key, trust one.
#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/known_keys.hpp"
#include "gateway/rights/discretion.hpp"
#include "gateway/target.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

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
  note.key_exchange = facts.key_exchange;
  note.cipher = facts.cipher;
  note.mac = facts.mac;
  note.host_key_added = facts.host_key_added;
  note.weak_algorithms = base::join(facts.weak_algorithms, ", ");
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

/// A call waits for its connection while this lives.
class Connecting {
 public:
  explicit Connecting(Call& call) : call_(call) { call_.connecting = true; }
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;
  ~Connecting() { call_.connecting = false; }

 private:
  Call& call_;
};

std::string described(const std::vector<ssh::HostKey>& keys) {
  std::vector<std::string> each;
  for (const auto& key : keys) each.push_back(key.type + " " + key.fingerprint());
  return base::join(each, ", ");
}

}  // namespace

void Gateway::Core::on_opened(const std::shared_ptr<Call>& call, const ssh::Target& target,
                              const ssh::ConnectionFacts& facts) {
  auto record = record_of(*call, audit::Kind::connect);
  record.command.clear();
  record.host = target.name;
  record.detail =
      facts.address + " " + facts.host_key_type + " " + facts.fingerprint + " " + facts.auth_method;
  if (target.name != call->action.host) record.detail += ", as jump host for " + call->action.host;
  if (!facts.weak_algorithms.empty())
    record.detail += ", weak algorithms: " + base::join(facts.weak_algorithms, ", ");
  recording.start("record of a connection", settle(record));
  if (!facts.host_key_added) return;
  record.kind = audit::Kind::security;
  record.detail =
      "first contact: host key accepted (accept-new): " + facts.host_key_type + " " + facts.fingerprint;
  recording.start("record of a new host key", settle(std::move(record)));
}

base::Task<ssh::Lease> Gateway::Core::connect(std::shared_ptr<Call> call) {
  const Connecting connecting(*call);
  auto target = co_await target_for(*call->snapshot, *call->host, secrets, asker_for(*call));
  // Also when the call was cancelled meanwhile: what it opened is open.
  ssh::Pool::Opened opened = [this, call](const ssh::Target& to, const ssh::ConnectionFacts& facts) {
    on_opened(call, to, facts);
  };
  try {
    auto lease = co_await pool.acquire(std::move(target), std::move(opened));
    call->connection = lease.number;
    if (lease.fresh) usage.keep_only(pool.entries());
    usage.note(lease.number, call->action.principal.name);
    auto note = note_of(lease.connection()->facts(), *call->host, lease.fresh);
    note.address = address_told(note.address, *call->host, *call->snapshot, *call->seen);
    call->outcome.connection = std::move(note);
    co_return lease;
  } catch (const Error& error) {
    // What a host refused is looked up again the next time: it may have been changed meanwhile.
    const auto* refused = call->snapshot->find(error.host());
    if (error.code() == ErrorCode::auth_failed) secrets.drop(refused != nullptr ? *refused : *call->host);
    throw;
  }
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
    throw Error(Fault::no_such_session, "no shell called " + wanted + " is open there",
                "ssh_list_sessions shows what is open");
  if (wanted.empty()) co_await close_tunnels(call->action.principal.name, call->host->name, "asked");
  if (wanted.empty()) leave_connections(*call);
  call->outcome.state = State::disconnected;
}

base::Task<ssh::HostKey> Gateway::Core::fetch_host_key(std::shared_ptr<Call> call) {
  const Connecting connecting(*call);  // its jump hosts may ask a person
  auto target = co_await way_to(*call->snapshot, *call->host, secrets, asker_for(*call));
  ssh::Pool::Opened opened = [this, call](const ssh::Target& to, const ssh::ConnectionFacts& facts) {
    on_opened(call, to, facts);
  };
  co_return co_await pool.host_key(std::move(target), {}, std::move(opened));
}

base::Task<void> Gateway::Core::perform_probe(std::shared_ptr<Call> call) {
  const auto key = co_await fetch_host_key(call);
  const auto address = address_for(*call->snapshot, *call->host);
  const auto answer = co_await known_keys::look_up(address, key);
  ConnectionNote note;
  note.address = call->host->address + ":" + std::to_string(call->host->port);
  note.user = call->host->user;
  note.host_key_type = key.type;
  note.host_key_base64 = key.base64;
  note.fingerprint = key.fingerprint();
  note.on_record = state_name(answer.state);
  note.known_fingerprints = described(answer.on_record);
  call->outcome.connection = std::move(note);
  call->outcome.state = State::probed;
}

base::Task<void> Gateway::Core::perform_trust(std::shared_ptr<Call> call) {
  const auto& wanted = std::get<Trust>(call->action.what);
  const auto target = address_for(*call->snapshot, *call->host);
  ssh::HostKey key;
  key.type = wanted.key_type;
  key.base64 = wanted.key_base64;
  co_await known_keys::trust(target, key);
  auto record = record_of(*call, audit::Kind::security);
  record.detail =
      "host key trusted: " + key.type + " " + key.fingerprint() + " in " + target.known_hosts.string();
  co_await ledger.settle(std::move(record));
  call->outcome.state = State::trusted;
}

base::Task<void> Gateway::Core::perform_forget(std::shared_ptr<Call> call) {
  const auto target = address_for(*call->snapshot, *call->host);
  const auto result = co_await known_keys::forget(target);
  ConnectionNote note;
  note.address = target.address + ":" + std::to_string(target.port);
  note.known_fingerprints = described(result.removed);
  if (!result.left.on_record.empty()) note.on_record = result.left.file.string();
  auto record = record_of(*call, audit::Kind::security);
  record.detail = "host keys forgotten: " + (result.removed.empty() ? "none" : note.known_fingerprints) +
                  " in " + target.known_hosts.string();
  if (!note.on_record.empty()) record.detail += "; still on record in " + note.on_record;
  co_await ledger.settle(std::move(record));
  call->outcome.connection = std::move(note);
  call->outcome.state = State::forgotten;
}

}  // namespace mcpssh::gateway
