#pragma once
#include <map>
#include <string>
#include <utility>

#include "base/principal.hpp"
#include "guard/policy.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// What a principal's rights leave of the configuration: hosts its selector does not name are not there, and
/// no host's mode is more than its own. Names are looked up and suggested here, so that a hidden host looks
/// like one that does not exist. Lives on the gateway's executor.
class Sight {
 public:
  /// `whole` itself for who may see all of it. A selector that cannot be read shows nothing.
  hosts::SnapshotPtr of(const hosts::SnapshotPtr& whole, const base::Principal& principal);

 private:
  hosts::SnapshotPtr whole_;  ///< what the views are of
  std::map<std::pair<std::string, std::string>, hosts::SnapshotPtr> views_;
};

/// The most a host's mode may be for a principal.
enum class ModeLimit { none, standard, readonly };
ModeLimit mode_limit(const base::Principal& principal);
/// `mode` under that limit. A restricted host stays restricted: its allow patterns hold beside the limit.
hosts::Mode capped(hosts::Mode mode, ModeLimit limit);
guard::Mode capped(guard::Mode mode, ModeLimit limit);

}  // namespace mcpssh::gateway
