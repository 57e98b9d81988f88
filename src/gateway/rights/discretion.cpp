#include "gateway/rights/discretion.hpp"

#include <algorithm>
#include <vector>

#include "hosts/routes.hpp"

namespace mcpssh::gateway {
namespace {

bool is_part_of_a_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/// As a word of its own: "web" is not in "web1".
bool mentions(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || !is_part_of_a_name(text[at - 1]);
    if (begins && (end == text.size() || !is_part_of_a_name(text[end]))) return true;
  }
  return false;
}

std::vector<const hosts::Host*> hidden_hops(const hosts::Host& target, const hosts::Snapshot& whole,
                                            const hosts::Snapshot& seen) {
  if (&whole == &seen || target.jump.empty()) return {};
  auto hops = hosts::Routes(whole).hops_to(target);
  std::erase_if(hops, [&](const hosts::Host* hop) { return seen.find(hop->name) != nullptr; });
  return hops;
}

}  // namespace

bool names_hidden_hop(std::string_view text, const hosts::Host& target, const hosts::Snapshot& whole,
                      const hosts::Snapshot& seen) {
  return std::ranges::any_of(hidden_hops(target, whole, seen), [&](const hosts::Host* hop) {
    // A machine may be the way to another of its own ports.
    const bool own_address = hop->address == target.address;
    return mentions(text, hop->name) || (!own_address && mentions(text, hop->address));
  });
}

base::Error failed_on_the_way(base::ErrorCode code, const hosts::Host& target) {
  return base::Error(code, "the way to it failed at a host in between",
                     "the owner of this server finds the cause in its log and record")
      .at_host(target.name)
      .at_step("connect");
}

std::string address_told(const std::string& address, const hosts::Host& target, const hosts::Snapshot& whole,
                         const hosts::Snapshot& seen) {
  if (!names_hidden_hop(address, target, whole, seen)) return address;
  return target.address + ":" + std::to_string(target.port);
}

}  // namespace mcpssh::gateway
