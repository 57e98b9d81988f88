#include "gateway/rights/pace.hpp"

namespace mcpssh::gateway {
namespace {

constexpr std::chrono::seconds window{60};

}  // namespace

void Pace::forget_silent(base::MonoTime before) {
  std::erase_if(calls_,
                [before](const auto& each) { return each.second.empty() || each.second.back() <= before; });
}

std::chrono::seconds Pace::take(const std::string& principal, unsigned calls_per_minute) {
  const auto now = clock_.mono();
  const auto before = now - window;
  if (!calls_.contains(principal)) forget_silent(before);
  auto& calls = calls_[principal];
  while (!calls.empty() && calls.front() <= before) calls.pop_front();
  if (calls.size() < calls_per_minute) {
    calls.push_back(now);
    return std::chrono::seconds(0);
  }
  // Rights may have become less meanwhile: then more than one has to grow old.
  const auto& next = calls[calls.size() - calls_per_minute];
  return std::chrono::ceil<std::chrono::seconds>(next + window - now);
}

}  // namespace mcpssh::gateway
