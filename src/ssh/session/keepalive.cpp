#include "ssh/session/keepalive.hpp"

namespace mcpssh::ssh {
namespace {

/// Intervals of silence after which a peer is dead; the first one passes before it is asked.
constexpr int intervals = 3;

}  // namespace

Keepalive::Keepalive(std::chrono::milliseconds interval, base::MonoTime now)
    : interval_(interval), heard_(now), due_(now + interval) {}

void Keepalive::heard(base::MonoTime now) {
  heard_ = now;
  unanswered_ = 0;
}

Keepalive::Move Keepalive::next(base::MonoTime now) {
  if (now - heard_ < interval_) {
    due_ = heard_ + interval_;
    return Move::wait;
  }
  if (unanswered_ == intervals - 1) return now < due_ ? Move::wait : Move::give_up;
  ++unanswered_;
  due_ = now + interval_;
  return Move::ask;
}

std::chrono::milliseconds Keepalive::patience() const {
  return intervals * interval_;
}

std::chrono::milliseconds Keepalive::verdict_within() const {
  return (intervals + 1) * interval_;
}

}  // namespace mcpssh::ssh
