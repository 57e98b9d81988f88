#include "hosts/routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::Fault;

constexpr std::size_t most_hops = 16;

Error unknown_hop(const Snapshot& snapshot, const Host& host, std::string_view name) {
  const auto near = base::nearest(name, snapshot.names());
  return Error(Fault::config_value,
               fmt::format("{}: hosts.{}.jump: no host is called `{}`", host.place.str(), host.name, name),
               near ? fmt::format("did you mean `{}`?", *near)
                    : std::string("add it under hosts: a jump host is a configured host like any other"));
}

Error circle(const Host& host, const std::vector<const Host*>& hops) {
  std::vector<std::string> names;
  for (const Host* hop : hops) names.push_back(hop->name);
  names.push_back(host.name);
  return Error(Fault::config_value,
               fmt::format("{}: hosts.{}.jump leads in a circle: {}", host.place.str(), host.name,
                           base::join(names, " -> ")),
               "name jump hosts that can be reached without this one");
}

}  // namespace

Routes::Routes(const Snapshot& snapshot) : snapshot_(snapshot) {
  for (const Host& host : snapshot.hosts) by_name_.emplace(host.name, &host);
}

const Host& Routes::find(const Host& host, std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) throw unknown_hop(snapshot_, host, name);
  return *found->second;
}

std::vector<const Host*> Routes::hops_to(const Host& host) const {
  std::vector<const Host*> reversed;  // from the host back to us
  std::vector<const Host*> seen{&host};
  for (const Host* at = &host; !at->jump.empty(); at = reversed.back()) {
    for (auto name = at->jump.rbegin(); name != at->jump.rend(); ++name) {
      reversed.push_back(&find(*at, *name));
      const bool again = std::ranges::count(seen, reversed.back()) > 0;
      seen.push_back(reversed.back());
      if (again || reversed.size() > most_hops) {
        std::ranges::reverse(reversed);
        throw circle(host, reversed);
      }
    }
  }
  std::ranges::reverse(reversed);
  return reversed;
}

void check_routes(const Snapshot& snapshot) {
  const Routes routes(snapshot);
  for (const Host& host : snapshot.hosts) static_cast<void>(routes.hops_to(host));
}

}  // namespace mcpssh::hosts
