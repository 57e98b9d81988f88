#include "gateway/gateway.hpp"

#include <algorithm>

#include "audit/journal.hpp"
#include "base/faults.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "hosts/difference.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

Ledger::Opener opener_for(const base::Executor& executor, const Gateway::Options& options,
                          const Meters& meters) {
  const auto synced = [&fsync = meters.fsync, owner = meters.metrics()](std::chrono::nanoseconds took) {
    fsync.observe(took);
  };
  return [executor, file = options.journal, clock = options.clock, synced] {
    return audit::Journal::open(executor, file, clock, synced);
  };
}

base::Task<void> write_first(Ledger& ledger, audit::Record record) {
  co_await ledger.settle(std::move(record));
}

/// What a call holds until it was sent.
std::size_t bytes_of(const What& what) {
  const auto* exec = std::get_if<Exec>(&what);
  return text_of(what).size() + (exec != nullptr ? exec->input.size() : 0);
}

audit::Record configuration_record(std::string state, std::string detail) {
  audit::Record record;
  record.kind = audit::Kind::config;
  record.principal.name = "system";
  record.state = std::move(state);
  record.detail = std::move(detail);
  return record;
}

}  // namespace

Gateway::Core::Core(base::Executor on, Options with, hosts::SnapshotPtr with_snapshot,
                    std::shared_ptr<const PolicySet> with_policies)
    : executor(on),
      options(std::move(with)),
      snapshot(std::move(with_snapshot)),
      policies(std::move(with_policies)),
      meters(options.metrics),
      ledger(on, opener_for(on, options, meters), options.log, [this](bool done) { meters.record(done); }),
      secrets(on, secrets_options(), *snapshot),
      declines(options.clock),
      requests(options.clock),
      questions(options.clock),
      codes(options.clock, options.codes_file),
      freeze(options.freeze_file),
      pace(options.clock),
      refusal_sums(options.clock),
      sums_end(on),
      conducting(on, options.log),
      recording(on, options.log),
      watching(on, options.log),
      tunnelling(on, options.log),
      something(on),
      allowance(std::make_shared<outputs::Allowance>(base::limits::kept_outputs_bytes)),
      pool(on, pool_options()),
      measuring(meters.metrics()->before_render([this] { measure(); })) {
  ledger.on_opened([this](const audit::Recovery& found) { remember_lost(found); });
}

Secrets::Options Gateway::Core::secrets_options() {
  Secrets::Options secrets_options;
  secrets_options.environment = options.environment;
  secrets_options.learned = [this](std::vector<base::Secret> all) { ledger.redact(std::move(all)); };
  return secrets_options;
}

ssh::Pool::Options Gateway::Core::pool_options() {
  ssh::Pool::Options pool_options;
  pool_options.threads = options.threads;
  pool_options.idle_timeout = snapshot->settings.idle_timeout;
  pool_options.on_closed = [this](const std::string& host, const ssh::ConnectionFacts& facts,
                                  ssh::CloseReason reason) { on_closed(host, facts, reason); };
  pool_options.on_attempt = [this](std::chrono::nanoseconds took, std::optional<ErrorCode> failure) {
    meters.connect(took, failure);
  };
  return pool_options;
}

Gateway::Gateway(base::Executor executor, Options options, hosts::SnapshotPtr snapshot,
                 std::shared_ptr<const PolicySet> policies)
    : core_(std::make_unique<Core>(std::move(executor), std::move(options), std::move(snapshot),
                                   std::move(policies))) {}

Gateway::~Gateway() = default;

void Gateway::start() {
  const auto& snapshot = *core_->snapshot;
  auto record = configuration_record("adopted", snapshot.path.string() + " sha256 " + snapshot.digest + ", " +
                                                    std::to_string(snapshot.hosts.size()) + " hosts");
  core_->recording.start("first record", write_first(core_->ledger, std::move(record)));
}

base::Task<void> Gateway::started() {
  co_await core_->recording.join();
}

base::CallId Gateway::submit(Action action) {
  return core_->admit_call(std::move(action), false)->id;
}

std::shared_ptr<Call> Gateway::Core::admit_call(Action action, bool held) {
  auto call = std::make_shared<Call>(executor, std::move(action), snapshot, policies);
  call->seen = seen_by(call->action.principal);
  call->held = held;
  call->number = submitted++;
  if (const auto user = call->action.principal.user) asking_users.insert(*user);
  // What makes room is always possible.
  const What& what = call->action.what;
  if (!std::holds_alternative<Stop>(what) && !std::holds_alternative<Disconnect>(what)) {
    auto burden = burdens.take(call->action.principal.name, bytes_of(what));
    if (burden)
      call->burden = *std::move(burden);
    else
      call->too_much = burden.error();
  }
  calls.emplace(call->id, call);
  conducting.start("call", conduct(call));
  return call;
}

base::Task<Progress> Gateway::wait(base::CallId id, std::chrono::steady_clock::time_point deadline) {
  const auto call = core_->find(id);
  if (!call)
    throw Error(Fault::no_such_call, "no call " + base::printable(id.str(), 40),
                "it may have ended long ago");
  while (!call->done && !call->waiting) {
    if (!co_await call->changed.wait_until(deadline)) co_return Running{};
  }
  co_return core_->progress_of(*call);
}

base::Task<void> Gateway::begun(base::CallId id, std::chrono::steady_clock::time_point deadline) {
  const auto call = core_->find(id);
  while (call && !call->done && !call->waiting && !call->began) {
    if (!co_await call->changed.wait_until(deadline)) co_return;
  }
}

base::Task<void> Gateway::judged(base::CallId id, std::chrono::steady_clock::time_point deadline) {
  const auto call = core_->find(id);
  const auto open = [&] { return !call->done && !call->waiting && !call->ready && !call->began; };
  while (call && open())
    if (!co_await call->changed.wait_until(deadline)) co_return;
}

base::Task<void> Gateway::answered(base::CallId id, std::chrono::steady_clock::time_point deadline) {
  const auto call = core_->find(id);
  while (call && !call->done && call->waiting)
    if (!co_await call->changed.wait_until(deadline)) co_return;
}

std::string Gateway::host_of(const base::CallId& id) const {
  const auto call = core_->find(id);
  return call ? call->action.host : std::string();
}

base::Task<void> Gateway::something(std::chrono::steady_clock::time_point deadline) {
  co_await core_->something.wait_until(deadline);
}

std::optional<Progress> Gateway::poll(const base::CallId& id) {
  const auto call = core_->find(id);
  if (!call) return std::nullopt;
  return core_->progress_of(*call);
}

void Gateway::decide(const base::CallId& id, Decision decision) {
  const auto found = core_->calls.find(id);
  if (found == core_->calls.end() || !found->second->waiting) return;
  if (decision.answer == Decision::Answer::approved && !core_->client_may_approve(*found->second)) return;
  core_->settle_question(*found->second, std::move(decision));
}

void Gateway::cancel(const base::CallId& id) {
  const auto found = core_->calls.find(id);
  if (found == core_->calls.end()) return;
  const auto call = found->second;
  call->cancelled = true;
  core_->changed(*call);
  if (call->done)
    core_->calls.erase(id);
  else
    call->ask_to_stop();
}

void Gateway::adopt(hosts::SnapshotPtr snapshot, std::shared_ptr<const PolicySet> policies) {
  const auto before = std::exchange(core_->snapshot, std::move(snapshot));
  core_->policies = std::move(policies);
  core_->secrets.adopt(*core_->snapshot);
  core_->pool.set_idle_timeout(core_->snapshot->settings.idle_timeout);
  for (const auto& [id, call] : core_->calls)
    if (call->waiting) decide(id, Decision{Decision::Answer::voided, "changed configuration"});
  core_->tunnels.adopt(*before, *core_->snapshot);
  for (const auto& host : hosts::connections_to_close(*before, *core_->snapshot)) {
    for (const auto& shell : core_->shells.of("", host)) {
      core_->shells.retire(shell);
      core_->recording.start("closing a shell", core_->shells.close_when_free(shell));
    }
    core_->end_questions_of(host);
    core_->pool.close(host, ssh::CloseReason::configuration);
  }
  const auto lines = hosts::policy_difference(*before, *core_->snapshot);
  auto record = configuration_record("adopted", base::join(lines, "; "));
  core_->recording.start("record of a configuration", write_first(core_->ledger, std::move(record)));
}

void Gateway::reject_configuration(std::string why) {
  auto record = configuration_record("rejected", std::move(why));
  core_->recording.start("record of a configuration", write_first(core_->ledger, std::move(record)));
}

hosts::SnapshotPtr Gateway::snapshot() const {
  return core_->snapshot;
}

void Gateway::refuse_new() {
  core_->closing = true;
  core_->put_away_questions();
}

base::Task<bool> Gateway::drained(std::chrono::steady_clock::time_point deadline) {
  const auto open = [](const auto& entry) {
    const Call& call = *entry.second;
    return !call.done || (!call.collected && !call.kept);
  };
  while (std::ranges::any_of(core_->calls, open))
    if (!co_await core_->something.wait_until(deadline)) co_return false;
  co_return true;
}

base::Task<void> Gateway::shutdown() {
  core_->closing = true;
  core_->put_away_questions();
  std::vector<base::CallId> running;
  for (const auto& [id, call] : core_->calls) running.push_back(id);
  for (const auto& id : running) cancel(id);
  co_await core_->conducting.join();
  core_->watching.cancel();
  co_await core_->watching.join();
  co_await core_->close_tunnels("", "", "shutdown");
  co_await core_->tunnelling.join();
  const auto open = core_->shells.of("", "");
  for (const auto& shell : open) co_await core_->shells.close_when_free(shell);
  co_await core_->pool.end_connects();
  for (const auto& entry : core_->pool.entries()) core_->pool.close(entry.host, ssh::CloseReason::shutdown);
  for (auto& sum : core_->refusal_sums.sums(true))
    core_->recording.start("sum of refusals", core_->settle(std::move(sum)));
  co_await core_->recording.join();
}

}  // namespace mcpssh::gateway
