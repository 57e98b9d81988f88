#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// True when `text` names a host on the way to `target`, by its name or address, that `seen` (a view of
/// `whole`) does not have. The owner of hosts.yaml leads through it; the asker is not told of it.
bool names_hidden_hop(std::string_view text, const hosts::Host& target, const hosts::Snapshot& whole,
                      const hosts::Snapshot& seen);

/// What such an asker is told instead of the whole story, which the log and the record have.
base::Error failed_on_the_way(base::ErrorCode code, const hosts::Host& target);

/// `address`, as a connection says where it leads ("192.0.2.1:22 through bastion"), without a hidden way.
std::string address_told(const std::string& address, const hosts::Host& target, const hosts::Snapshot& whole,
                         const hosts::Snapshot& seen);

}  // namespace mcpssh::gateway
