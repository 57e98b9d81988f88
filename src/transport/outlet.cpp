#include "transport/outlet.hpp"

#include <algorithm>
#include <utility>

namespace mcpssh::transport {

Outlet::Outlet(std::uint64_t number, OutletBounds bounds, std::shared_ptr<KeptBytes> kept)
    : number_(number), bounds_(bounds), kept_(std::move(kept)) {}

Outlet::~Outlet() {
  kept_->used -= bytes_;
}

void Outlet::tell() const {
  if (news_) news_->notify();
}

void Outlet::append(std::string text, int error) {
  bytes_ += text.size();
  unread_ += text.size();
  kept_->used += text.size();
  events_.push_back({newest() + 1, std::move(text), error});
  trim();
  tell();
}

void Outlet::end() {
  ended_ = true;
  tell();
}

void Outlet::drop_oldest() {
  const auto& oldest = events_.front();
  bytes_ -= oldest.text.size();
  kept_->used -= oldest.text.size();
  if (oldest.number > cursor_) unread_ -= oldest.text.size();
  events_.pop_front();
  ++dropped_;
}

/// The newest unread event stays whatever its size: it may be the answer.
void Outlet::trim() {
  const auto is_read = [this] { return !events_.empty() && events_.front().number <= cursor_; };
  while (is_read() && (bytes_ - unread_ > bounds_.replay || kept_->full())) drop_oldest();
  while (events_.size() > 1 && unread_ - events_.back().text.size() > bounds_.unread) drop_oldest();
  while (events_.size() > 1 && kept_->full()) drop_oldest();
}

Outlet::Ticket Outlet::attach(std::shared_ptr<base::Wakeup> news, std::optional<std::uint64_t> after) {
  tell();
  news_ = std::move(news);
  if (after) {
    cursor_ = std::min(*after, newest());
    unread_ = 0;
    for (const auto& event : events_)
      if (event.number > cursor_) unread_ += event.text.size();
  } else if (lost()) {
    cursor_ = dropped_;  // a new listener; it never was promised what came before
  }
  return ++ticket_;
}

void Outlet::detach(Ticket ticket) {
  if (ticket != ticket_) return;
  news_.reset();
  if (room_) room_();
}

const Event* Outlet::next(Ticket ticket) {
  if (ticket != ticket_ || lost() || pending() == 0) return nullptr;
  trim();
  const auto& event = events_[static_cast<std::size_t>(cursor_ - dropped_)];
  ++cursor_;
  unread_ -= event.text.size();
  if (room_) room_();
  return &event;
}

bool Outlet::over(Ticket ticket) const {
  return ticket != ticket_ || lost() || (ended_ && pending() == 0);
}

}  // namespace mcpssh::transport
