#include "transport/http/post_stream.hpp"

#include <utility>

namespace mcpssh::transport {

PostStream::PostStream(const base::Executor& executor, std::string message, OutletBounds bounds,
                       std::shared_ptr<KeptBytes> kept)
    : message_(std::move(message)),
      most_unread_(bounds.unread),
      outlet_(std::make_shared<Outlet>(1, bounds, std::move(kept))),
      changed_(executor) {
  outlet_->on_room([this] { changed_.notify(); });
}

PostStream::~PostStream() {
  outlet_->on_room({});
}

base::Task<std::optional<std::string>> PostStream::read() {
  if (message_) co_return std::exchange(message_, std::nullopt);
  while (!ended_) co_await changed_.wait();
  co_return std::nullopt;
}

base::Task<void> PostStream::write(std::string message, mcp::Relation relation) {
  while (outlet_->unread() > most_unread_ && !ended_) co_await changed_.wait();
  if (ended_) co_return;
  outlet_->append(std::move(message), relation.error);
  if (relation.answers) end();
}

void PostStream::unanswered(const std::string&) {
  end();
}

void PostStream::end() {
  ended_ = true;
  outlet_->end();
  changed_.notify();
}

}  // namespace mcpssh::transport
