#pragma once
#include <sys/types.h>

#include <cstddef>
#include <map>
#include <memory>

namespace mcpssh::base {

/// The places of a UNIX socket, so that no user keeps the others out. Lives on one executor.
class Seats {
 public:
  struct Limits {
    std::size_t all = 0;
    std::size_t of_one_user = 0;
    std::size_t for_root = 0;  ///< of `all`: only user 0 takes the last ones
  };
  explicit Seats(Limits limits);

  /// One client's place, given back by the destructor; it may outlive the Seats.
  class Seat;
  /// Null when none is free for this user.
  [[nodiscard]] std::shared_ptr<Seat> take(uid_t user);

 private:
  struct Census {
    std::size_t all = 0;
    std::map<uid_t, std::size_t> of;
  };
  Limits limits_;
  std::shared_ptr<Census> census_ = std::make_shared<Census>();
};

}  // namespace mcpssh::base
