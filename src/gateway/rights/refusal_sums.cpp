#include "gateway/rights/refusal_sums.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mcpssh::gateway {
namespace {

constexpr std::chrono::seconds window{60};

}  // namespace

std::optional<audit::Record> RefusalSums::take(audit::Record refusal) {
  const auto now = clock_.mono();
  std::erase_if(
      kinds_, [now](const auto& each) { return each.second.more == 0 && each.second.since + window <= now; });
  Key key{refusal.principal.name, refusal.tool, refusal.rules.empty() ? "" : refusal.rules.front()};
  const auto [known, fresh] = kinds_.try_emplace(std::move(key), Kind{now});
  if (fresh) return refusal;
  ++known->second.more;
  known->second.last = std::move(refusal);
  return std::nullopt;
}

std::optional<base::MonoTime> RefusalSums::due() const {
  std::optional<base::MonoTime> first;
  for (const auto& [key, kind] : kinds_)
    if (kind.more > 0) first = std::min(first.value_or(kind.since + window), kind.since + window);
  return first;
}

std::vector<audit::Record> RefusalSums::sums(bool all) {
  const auto now = clock_.mono();
  std::vector<audit::Record> out;
  for (auto& [key, kind] : kinds_) {
    if (kind.more == 0 || (!all && kind.since + window > now)) continue;
    auto record = std::move(kind.last);
    record.state = "summed";
    record.detail = fmt::format("{} more: {}", kind.more, record.detail);
    out.push_back(std::move(record));
    kind = Kind{now};
  }
  return out;
}

}  // namespace mcpssh::gateway
