#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/wakeup.hpp"
#include "mcp/message_stream.hpp"

namespace mcpssh::testing {

/// Messages in one direction, in memory. `room` is how many fit before a writer waits, as with a pipe nobody
/// reads.
struct MemoryChannel {
  explicit MemoryChannel(base::Executor executor) : changed(std::move(executor)) {}

  std::deque<std::optional<std::string>> waiting;  ///< nothing: a message that was too long
  std::size_t room = 1024;
  bool ended = false;   ///< the writer will send no more
  bool broken = false;  ///< the reader has gone
  base::Wakeup changed;

  void push(std::optional<std::string> message) {
    waiting.push_back(std::move(message));
    changed.notify();
  }
  void end() {
    ended = true;
    changed.notify();
  }
  void break_off() {
    broken = true;
    changed.notify();
  }
  std::optional<std::string> take() {
    if (waiting.empty()) return std::nullopt;
    auto message = std::move(waiting.front());
    waiting.pop_front();
    changed.notify();
    return message;
  }
};

/// A MessageStream over two channels.
class MemoryStream : public mcp::MessageStream {
 public:
  MemoryStream(std::shared_ptr<MemoryChannel> in, std::shared_ptr<MemoryChannel> out)
      : in_(std::move(in)), out_(std::move(out)) {}

  base::Task<std::optional<std::string>> read() override {
    while (in_->waiting.empty()) {
      if (in_->ended) co_return std::nullopt;
      co_await in_->changed.wait();
    }
    auto message = std::move(in_->waiting.front());
    in_->waiting.pop_front();
    in_->changed.notify();
    if (!message) throw base::Error(base::ErrorCode::limit_reached, "a message is longer than 4.2 MB");
    co_return message;
  }

  base::Task<void> write(std::string message, mcp::Relation relation) override {
    while (out_->waiting.size() >= out_->room && !out_->broken) co_await out_->changed.wait();
    if (out_->broken) throw base::Error(base::ErrorCode::connection_lost, "the other end has gone");
    relations.push_back(std::move(relation));
    out_->push(std::move(message));
  }

  void unanswered(const std::string& request) override { unanswered_requests.push_back(request); }

  std::vector<mcp::Relation> relations;  ///< of what was written, in order
  std::vector<std::string> unanswered_requests;

  [[nodiscard]] MemoryChannel& in() { return *in_; }
  [[nodiscard]] MemoryChannel& out() { return *out_; }

 private:
  std::shared_ptr<MemoryChannel> in_, out_;
};

/// Two ends of one connection; what one writes the other reads.
inline std::pair<std::shared_ptr<MemoryStream>, std::shared_ptr<MemoryStream>> memory_stream_pair(
    base::Executor executor) {
  auto there = std::make_shared<MemoryChannel>(executor);
  auto back = std::make_shared<MemoryChannel>(executor);
  return {std::make_shared<MemoryStream>(there, back), std::make_shared<MemoryStream>(back, there)};
}

}  // namespace mcpssh::testing
