#include "base/nursery.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <list>

#include "base/error.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::base {

struct Nursery::State {
  State(Executor on, Log to) : executor(on), log(std::move(to)), emptied(on) {}
  Executor executor;
  Log log;
  Wakeup emptied;
  std::list<asio::cancellation_signal> running;
};

namespace {

void report(const Log& log, const std::string& name, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) log.error(name + ": " + error.what());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::cancelled) log.error(name + ": " + error.what());
  } catch (const std::exception& error) {
    log.error(name + ": " + error.what());
  }
}

}  // namespace

Nursery::Nursery(Executor executor, Log log)
    : state_(std::make_shared<State>(std::move(executor), std::move(log))) {}

Nursery::~Nursery() {
  cancel();
}

void Nursery::start(std::string name, Task<void> work) {
  const auto slot = state_->running.emplace(state_->running.end());
  auto done = [state = state_, slot, name = std::move(name)](std::exception_ptr failure) {
    if (failure) report(state->log, name, failure);
    state->running.erase(slot);
    if (state->running.empty()) state->emptied.notify();
  };
  asio::co_spawn(state_->executor, std::move(work),
                 asio::bind_cancellation_slot(slot->slot(), std::move(done)));
}

void Nursery::cancel() {
  // A cancelled coroutine may end at once and erase itself, so step before emitting.
  for (auto next = state_->running.begin(); next != state_->running.end();)
    (next++)->emit(asio::cancellation_type::terminal);
}

Task<void> Nursery::join() {
  const auto state = state_;
  while (!state->running.empty()) co_await state->emptied.wait();
}

std::size_t Nursery::size() const {
  return state_->running.size();
}

}  // namespace mcpssh::base
