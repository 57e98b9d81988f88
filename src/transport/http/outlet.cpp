#include "transport/http/outlet.hpp"

#include <algorithm>
#include <utility>

namespace mcpssh::transport {

void KeptBytes::make_room() {
  while (full() && !spare.empty()) spare.front()->give_back();
}

Outlet::Outlet(std::uint64_t number, OutletBounds bounds, std::shared_ptr<KeptBytes> kept)
    : number_(number), bounds_(bounds), kept_(std::move(kept)) {}

Outlet::~Outlet() {
  delist();
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
  trim_read();
  trim_unread();
  enlist();
  kept_->make_room();
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

void Outlet::trim_read() {
  while (front_is_read() && bytes_ - unread_ > bounds_.replay) drop_oldest();
}

/// The newest unread event stays whatever its size: it may be the answer.
void Outlet::trim_unread() {
  while (events_.size() > 1 && unread_ - events_.back().text.size() > bounds_.unread) drop_oldest();
}

void Outlet::enlist() {
  delist();
  if (has_spare()) listed_ = kept_->spare.insert(kept_->spare.end(), this);
}

void Outlet::delist() {
  if (listed_) kept_->spare.erase(*listed_);
  listed_.reset();
}

void Outlet::give_back() {
  drop_oldest();
  if (!has_spare()) delist();
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
  enlist();
  return ++ticket_;
}

void Outlet::detach(Ticket ticket) {
  if (ticket != ticket_) return;
  news_.reset();
  enlist();
  if (room_) room_();
}

const Event* Outlet::next(Ticket ticket) {
  if (ticket != ticket_ || lost() || pending() == 0) return nullptr;
  trim_read();  // of what is unread nothing: the event to give must stay
  const auto& event = events_[static_cast<std::size_t>(cursor_ - dropped_)];
  ++cursor_;
  unread_ -= event.text.size();
  enlist();
  if (room_) room_();
  return &event;
}

bool Outlet::over(Ticket ticket) const {
  return ticket != ticket_ || lost() || (ended_ && pending() == 0);
}

}  // namespace mcpssh::transport
