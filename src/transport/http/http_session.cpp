#include "transport/http/http_session.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace mcpssh::transport {
namespace {

/// Messages POSTed and not yet read by the protocol, which reads at once.
constexpr std::size_t most_inbox = 64;
constexpr std::size_t most_inbox_bytes = 8 * 1024 * 1024;

}  // namespace

HttpSession::HttpSession(const base::Executor& executor, std::string id, base::Principal principal,
                         bool single, const HttpLimits& limits, std::shared_ptr<KeptBytes> kept,
                         std::function<void()> expired)
    : id_(std::move(id)),
      principal_(std::move(principal)),
      speaker_(principal_),
      single_(single),
      limits_(limits),
      kept_(std::move(kept)),
      changed_(executor),
      idle_(executor, std::move(expired)) {
  const OutletBounds bounds{limits_.unread_bytes, single ? 0 : limits_.replay_bytes};
  standing_ = std::make_shared<Outlet>(0, bounds, kept_);
  if (single) standing_->on_room([this] { changed_.notify(); });
  idle_.within(limits_.session_idle);
}

base::Task<std::optional<std::string>> HttpSession::read() {
  while (inbox_.empty()) {
    if (ended_) co_return std::nullopt;
    co_await changed_.wait();
  }
  auto message = std::move(inbox_.front().message);
  speaker_ = std::move(inbox_.front().by);
  inbox_.pop_front();
  inbox_bytes_ -= message.size();
  changed_.notify();
  co_return message;
}

base::Task<void> HttpSession::push(std::string message, base::Principal by) {
  const auto is_full = [this, size = message.size()] {
    return inbox_.size() >= most_inbox || (!inbox_.empty() && inbox_bytes_ + size > most_inbox_bytes);
  };
  while (is_full() && !ended_) co_await changed_.wait();
  if (ended_) co_return;
  inbox_bytes_ += message.size();
  inbox_.push_back({std::move(message), std::move(by)});
  changed_.notify();
}

base::Task<void> HttpSession::write(std::string message, mcp::Relation relation) {
  if (single_) {
    // There is one way out, so who does not read holds up nobody but himself, until the write is given up.
    while (standing_->unread() > limits_.unread_bytes && !ended_) co_await changed_.wait();
    standing_->append(std::move(message));
    co_return;
  }
  const auto found = by_request_.find(relation.request);
  if (found != by_request_.end()) {
    const auto outlet = found->second;
    outlet->append(std::move(message), relation.error);
    if (relation.answers) close(outlet);
  } else if (relation.request.empty() && !relation.answers) {
    standing_->append(std::move(message));
  }
}

void HttpSession::unanswered(const std::string& request) {
  const auto found = by_request_.find(request);
  if (found == by_request_.end()) return;
  const auto outlet = found->second;  // close() takes it out of the map
  close(outlet);
}

std::shared_ptr<Outlet> HttpSession::open(const std::vector<std::string>& ids) {
  for (const auto& id : ids)
    if (by_request_.contains(id)) return nullptr;
  const OutletBounds bounds{limits_.unread_bytes, limits_.replay_bytes};
  auto outlet = std::make_shared<Outlet>(++count_, bounds, kept_);
  outlets_.emplace(outlet->number(), outlet);
  for (const auto& id : ids) by_request_.emplace(id, outlet);
  return outlet;
}

/// Its last message is there. The client may still have to come back for it.
void HttpSession::close(const std::shared_ptr<Outlet>& outlet) {
  outlet->end();
  std::erase_if(by_request_, [&](const auto& entry) { return entry.second == outlet; });
  if (!outlets_.contains(outlet->number())) return;
  finished_.push_back(outlet->number());
  while (finished_.size() > limits_.replay_streams) {
    outlets_.erase(finished_.front());
    finished_.pop_front();
  }
}

void HttpSession::forget(const Outlet& outlet) {
  outlets_.erase(outlet.number());
  std::erase(finished_, outlet.number());
}

std::shared_ptr<Outlet> HttpSession::outlet(std::uint64_t number) const {
  if (number == 0) return standing_;
  const auto found = outlets_.find(number);
  return found == outlets_.end() ? nullptr : found->second;
}

void HttpSession::end() {
  ended_ = true;
  idle_.rest();
  standing_->end();
  for (const auto& [number, outlet] : outlets_) outlet->end();
  changed_.notify();
}

HttpSession::Use::Use(std::shared_ptr<HttpSession> session) : session_(std::move(session)) {
  ++session_->uses_;
  session_->idle_.rest();
}

HttpSession::Use::~Use() {
  if (--session_->uses_ == 0 && !session_->ended_) session_->idle_.within(session_->limits_.session_idle);
}

}  // namespace mcpssh::transport
