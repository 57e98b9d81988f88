#pragma once
#include <memory>
#include <string>

#include "base/duplex.hpp"
#include "base/task.hpp"

namespace mcpssh::ssh {

/// A connection to a port of the host that leads here.
struct Incoming {
  std::unique_ptr<base::Duplex> stream;  ///< lives on the connection's executor
  std::string from;                      ///< "10.0.0.7:51234", as the host says
};

/// A port on which the host listens for us (RFC 4254 section 7.1). Members are called on the connection's
/// executor; the last reference may go anywhere, and so may that of an Incoming. What connects and is not
/// taken soon is refused: 32 wait at most.
class RemoteListener {
 public:
  virtual ~RemoteListener() = default;
  /// The next connection. Waits for it; throws Error(connection_lost).
  virtual base::Task<std::shared_ptr<Incoming>> accept() = 0;
  /// Asks the host to listen no more, and returns when it has answered, or not within two seconds. Never
  /// throws an Error. From its first moment on nothing is accepted.
  virtual base::Task<void> end() = 0;
};

}  // namespace mcpssh::ssh
