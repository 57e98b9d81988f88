#pragma once
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {

/// The ways through jump hosts. Refers to the snapshot it was made of.
class Routes {
 public:
  explicit Routes(const Snapshot& snapshot);

  /// The hosts a connection to `host` goes through, the one reached first first. The first of `host.jump` is
  /// reached as its own entry says, each further one through the one before it, whatever its entry says.
  /// Throws base::Error(invalid_config) for a jump host that is not configured (with the nearest name) and
  /// for a way that leads back to where it was.
  [[nodiscard]] std::vector<const Host*> hops_to(const Host& host) const;

 private:
  [[nodiscard]] const Host& find(const Host& host, std::string_view name) const;
  const Snapshot& snapshot_;
  std::unordered_map<std::string_view, const Host*> by_name_;
};

/// Throws what hops_to throws for the first host whose way leads nowhere.
void check_routes(const Snapshot& snapshot);

}  // namespace mcpssh::hosts
