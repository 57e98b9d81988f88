#pragma once
#include <chrono>

#include "base/task.hpp"
#include "transport/oauth/key_set.hpp"

namespace mcpssh::transport::oauth {

/// Where the authorization server's keys come from. Lives on one executor.
class Keys {
 public:
  virtual ~Keys() = default;
  /// The keys in force; null while there are none.
  virtual base::Task<KeySetPtr> current() = 0;
  /// For a token whose key is not in `known`: a newer set; `known` itself when there is none; null when that
  /// cannot be told for the moment.
  virtual base::Task<KeySetPtr> newer_than(KeySetPtr known) = 0;
  /// When it may be worth asking again after a null.
  [[nodiscard]] virtual std::chrono::seconds retry_after() const = 0;
};

}  // namespace mcpssh::transport::oauth
