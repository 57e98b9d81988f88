#include <utility>

#include "ssh/pool.hpp"

namespace mcpssh::ssh {

Lease::Lease(std::shared_ptr<Connection> connection, std::function<void()> give_back)
    : connection_(std::move(connection)), give_back_(std::move(give_back)) {}

Lease::Lease(Lease&& other) noexcept
    : fresh(other.fresh),
      connection_(std::move(other.connection_)),
      give_back_(std::exchange(other.give_back_, {})) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  Lease taken(std::move(other));
  std::swap(fresh, taken.fresh);
  connection_.swap(taken.connection_);
  give_back_.swap(taken.give_back_);
  return *this;
}

Lease::~Lease() {
  connection_.reset();
  if (give_back_) give_back_();
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
