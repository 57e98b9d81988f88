// Selectors come from an AI: any text parses or is refused, and choosing agrees with matching.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hosts/selector.hpp"

namespace {

mcpssh::hosts::Snapshot three_hosts() {
  mcpssh::hosts::Snapshot snapshot;
  for (const char* name : {"web1", "web2", "db.internal-1"}) {
    mcpssh::hosts::Host host;
    host.name = name;
    host.groups = {"prod", name};
    snapshot.hosts.push_back(host);
  }
  return snapshot;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh::hosts;
  static const Snapshot snapshot = three_hosts();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto required = require_hosts(snapshot, text);
  if (required && required->empty()) std::abort();
  if (const auto one = require_host(snapshot, text); one && (*one)->name != text) std::abort();
  const auto selector = Selector::parse(text);
  if (!selector) return required ? (std::abort(), 0) : 0;
  const auto chosen = selector->select(snapshot);
  for (const Host& host : snapshot.hosts)
    if (selector->matches(host) != (std::ranges::count(chosen, &host) == 1)) std::abort();
  return 0;
}
