#include <utility>

#include "ssh/pool.hpp"

namespace mcpssh::ssh {

Lease& Lease::operator=(Lease&& other) noexcept {
  Lease taken(std::move(other));
  std::swap(fresh, taken.fresh);
  std::swap(number, taken.number);
  connection_.swap(taken.connection_);
  hold_.swap(taken.hold_);
  return *this;
}

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::idle:
      return "idle";
    case CloseReason::asked:
      return "asked";
    case CloseReason::lost:
      return "lost";
    case CloseReason::configuration:
      return "configuration";
    case CloseReason::shutdown:
      return "shutdown";
  }
  return "lost";
}

}  // namespace mcpssh::ssh
