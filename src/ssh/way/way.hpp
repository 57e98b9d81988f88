#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "ssh/connection.hpp"
#include "ssh/way/tcp_connect.hpp"

namespace mcpssh::ssh {

/// A connected socket to a host, and what the way there has to say when the SSH session comes to nothing
/// ("nc: no route to host"); empty when it has nothing to say.
struct Way {
  TcpLink link;
  std::function<std::string()> complaint;
};

/// Connects the way the target says: directly, by Target::jump over `carrier`, by its proxy_command or its
/// proxy, within `timeout`. Throws Error(resolve_failed | connect_failed | invalid_argument) with its step.
/// Cancelling closes what was opened.
base::Task<Way> connect(const Target& target, std::shared_ptr<Connection> carrier,
                        std::chrono::milliseconds timeout);

}  // namespace mcpssh::ssh
