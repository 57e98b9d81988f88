#include "mcp/peer/outbox.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {

Outbox::Outbox(base::Executor executor, std::shared_ptr<MessageStream> stream)
    : stream_(std::move(stream)), filled_(executor), moved_(executor) {}

bool Outbox::full() const {
  return queue_.size() >= protocol::outbox_messages || bytes_ >= protocol::outbox_bytes;
}

bool Outbox::drop_one() {
  const auto found = std::ranges::find_if(queue_, &Waiting::droppable);
  if (found == queue_.end()) return false;
  bytes_ -= found->text.size();
  queue_.erase(found);
  return true;
}

void Outbox::push(Waiting message) {
  bytes_ += message.text.size();
  queue_.push_back(std::move(message));
  filled_.notify();
}

base::Task<void> Outbox::send(std::string message, Relation relation) {
  while (full() && !broken_ && !drop_one()) {
    if (hurried_) co_return;
    co_await moved_.wait();
  }
  if (broken_)
    throw base::Error(base::ErrorCode::connection_lost,
                      "the MCP client no longer reads what is written to it");
  push({std::move(message), std::move(relation), false});
}

void Outbox::offer(std::string message, Relation relation) {
  if (queue_.size() < protocol::outbox_progress && !full() && !broken_)
    push({std::move(message), std::move(relation), true});
}

base::Task<void> Outbox::pump() {
  for (;;) {
    while (queue_.empty()) {
      if (finishing_) co_return;
      co_await filled_.wait();
    }
    auto next = std::move(queue_.front());
    queue_.pop_front();
    bytes_ -= next.text.size();
    moved_.notify();
    co_await stream_->write(std::move(next.text), std::move(next.relation));
  }
}

base::Task<void> Outbox::run() {
  try {
    co_await pump();
  } catch (const std::exception&) {
    broken_ = true;
  }
  ended_ = true;
  moved_.notify();
}

base::Task<void> Outbox::broken() {
  while (!broken_) co_await moved_.wait();
}

void Outbox::hurry() {
  hurried_ = true;
  moved_.notify();
}

base::Task<bool> Outbox::finish(std::chrono::milliseconds patience) {
  finishing_ = true;
  filled_.notify();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!ended_) {
    if (!co_await moved_.wait_until(deadline)) co_return ended_;
  }
  co_return true;
}

base::Task<void> Outbox::ended() {
  while (!ended_) co_await moved_.wait();
}

}  // namespace mcpssh::mcp
