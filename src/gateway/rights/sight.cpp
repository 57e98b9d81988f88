#include "gateway/rights/sight.hpp"

#include "hosts/selector.hpp"

namespace mcpssh::gateway {
namespace {

/// Different rights of those who ask at the same time.
constexpr std::size_t most_views = 256;

hosts::SnapshotPtr view_of(const hosts::Snapshot& whole, const base::Principal& principal) {
  auto view = std::make_shared<hosts::Snapshot>();
  view->path = whole.path;
  view->digest = whole.digest;
  view->sources = whole.sources;
  view->settings = whole.settings;
  const auto selector = hosts::Selector::parse(principal.rights->hosts.value_or("*"));
  if (!selector) return view;
  const auto limit = mode_limit(principal);
  for (const auto* host : selector->select(whole)) {
    view->hosts.push_back(*host);
    view->hosts.back().mode = capped(host->mode, limit);
  }
  return view;
}

template <class Mode>
Mode under(Mode mode, ModeLimit limit) {
  if (limit == ModeLimit::none || mode == Mode::restricted || mode == Mode::readonly) return mode;
  return limit == ModeLimit::readonly ? Mode::readonly : Mode::standard;
}

}  // namespace

hosts::SnapshotPtr Sight::of(const hosts::SnapshotPtr& whole, const base::Principal& principal) {
  if (!principal.rights || (!principal.rights->hosts && !principal.rights->mode)) return whole;
  if (whole_ != whole || views_.size() >= most_views) {
    views_.clear();
    whole_ = whole;
  }
  auto& view = views_[{principal.rights->hosts.value_or("*"), principal.rights->mode.value_or("")}];
  if (!view) view = view_of(*whole, principal);
  return view;
}

ModeLimit mode_limit(const base::Principal& principal) {
  if (!principal.rights || !principal.rights->mode) return ModeLimit::none;
  // What is not known allows the least.
  return *principal.rights->mode == "standard" ? ModeLimit::standard : ModeLimit::readonly;
}

hosts::Mode capped(hosts::Mode mode, ModeLimit limit) {
  return under(mode, limit);
}

guard::Mode capped(guard::Mode mode, ModeLimit limit) {
  return under(mode, limit);
}

}  // namespace mcpssh::gateway
