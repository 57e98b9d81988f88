#include "ssh/pool/backoff.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace mcpssh::ssh {
namespace {
using std::chrono::milliseconds;

/// Of the shortest pause. With the quarter on top: 30.
constexpr int longest = 24;
/// Doublings after which `longest` is reached for sure, so that the shift stays small.
constexpr int most_doublings = 5;

}  // namespace

void Backoff::failed(base::MonoTime now, double chance) {
  ++failures_;
  const auto pause = shortest_ * std::min(longest, 1 << std::min(failures_ - 1, most_doublings));
  const auto extra = static_cast<double>(pause.count()) * 0.25 * std::clamp(chance, 0.0, 1.0);
  not_before_ = now + pause + milliseconds(static_cast<long>(extra));
}

void Backoff::refused(base::MonoTime now) {
  failures_ = 0;
  not_before_ = now + shortest_;
}

bool Backoff::circuit_open() const {
  return failures_ >= base::limits::failures_before_backing_off;
}

}  // namespace mcpssh::ssh
