// How the gateway is, for who watches the service.
#include <algorithm>

#include "gateway/core.hpp"

namespace mcpssh::gateway {
namespace {

/// Opening the journal reads it; anybody may ask whether we are ready.
constexpr auto between_attempts = std::chrono::seconds(1);

}  // namespace

void Gateway::Core::measure() {
  const auto count = [this](auto&& which) {
    return static_cast<double>(
        std::ranges::count_if(calls, [&](const auto& entry) { return which(*entry.second); }));
  };
  meters.commands_running.set(count([](const Call& call) { return call.began && !call.done; }));
  meters.approvals_pending.set(count([](const Call& call) { return call.waiting.has_value(); }));
  const auto census = pool.census();
  meters.connections.at({"idle"}).set(static_cast<double>(census.idle));
  meters.connections.at({"busy"}).set(static_cast<double>(census.busy));
  meters.connections.at({"connecting"}).set(static_cast<double>(census.connecting));
  meters.audit_writable.set(ledger.in_order() ? 1 : 0);
}

bool Gateway::can_record() {
  if (core_->ledger.in_order()) return true;
  const auto now = core_->options.clock.mono();
  if (!core_->mending && !core_->closing && now >= core_->mended_last + between_attempts) {
    core_->mending = true;
    core_->mended_last = now;
    core_->recording.start("opening the journal", core_->mend());
  }
  return false;
}

base::Task<void> Gateway::Core::mend() {
  try {
    co_await ledger.mend();
    if (!ledger.in_order()) {
      audit::Record record;
      record.kind = audit::Kind::config;
      record.principal.name = "system";
      record.state = "journal";
      record.detail = "the journal did not take records and is tried again";
      co_await ledger.write(std::move(record));
    }
  } catch (const std::exception&) {
    // Whoever wants to write is told.
  }
  mending = false;
}

}  // namespace mcpssh::gateway
