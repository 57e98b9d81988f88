#include "gateway/ledger.hpp"

#include <exception>

#include "base/error.hpp"

namespace mcpssh::gateway {
namespace {

constexpr std::size_t most_owed_refusals = 1024;

}  // namespace

Ledger::Ledger(base::Executor executor, Opener opener, base::Log log, Written written)
    : opener_(std::move(opener)),
      log_(std::move(log)),
      written_(std::move(written)),
      opening_(std::move(executor)) {}

base::Task<void> Ledger::make_ready() {
  if (journal_ && owed_.empty()) co_return;
  auto turn = co_await opening_.take();
  if (!journal_) {
    journal_ = co_await opener_();
    journal_->redact(secrets_);
    const audit::Recovery& found = journal_->recovery();
    if (found.tail_was_cut)
      log_.warning("the journal ended in an incomplete line; it was set aside and recorded");
    if (found.orphaned > 0)
      log_.warning(std::to_string(found.orphaned) +
                   " actions of an earlier server had no end record: outcome unknown");
    if (!found.unanswered.empty())
      log_.warning(std::to_string(found.unanswered.size()) +
                   " actions waited for approval when their server ended: nothing of them was run");
    if (opened_) opened_(found);
  }
  while (!owed_.empty()) {
    auto record = owed_.front();
    co_await journal_->append(std::move(record));
    owed_.erase(owed_.begin());
    if (written_) written_(true);
  }
}

base::Task<void> Ledger::write(audit::Record record) {
  co_await append(std::move(record), audit::Durability::on_disk);
}

base::Task<void> Ledger::append(audit::Record record, audit::Durability durability) {
  std::exception_ptr failure;
  try {
    co_await make_ready();
    co_await journal_->append(std::move(record), durability);
  } catch (...) {
    failure = std::current_exception();
  }
  if (written_) written_(!failure);
  if (failure) std::rethrow_exception(failure);
}

base::Task<bool> Ledger::settle(audit::Record record) {
  try {
    auto copy = record;
    co_await append(std::move(copy), audit::Durability::written);
    co_return true;
  } catch (const std::exception& error) {
    log_.error(std::string("a record could not be written and is owed: ") + error.what());
  }
  // Refusals cost a model nothing, so they must not fill the memory; what happened on a host is always owed.
  const bool refusal = record.kind == audit::Kind::refused;
  if (!refusal || owed_.size() < most_owed_refusals) owed_.push_back(std::move(record));
  co_return false;
}

audit::Redactor Ledger::redactor() const {
  audit::Redactor redactor;
  redactor.add(secrets_);
  return redactor;
}

void Ledger::redact(std::vector<base::Secret> secrets) {
  secrets_ = std::move(secrets);
  if (journal_) journal_->redact(secrets_);
}

}  // namespace mcpssh::gateway
