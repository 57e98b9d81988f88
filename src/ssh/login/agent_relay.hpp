#pragma once
#include <boost/asio/local/stream_protocol.hpp>
#include <string>

#include "base/task.hpp"
#include "base/unique_fd.hpp"
#include "ssh/login/agent_identities.hpp"

namespace mcpssh::ssh {

/// Stands between libssh and the SSH agent. libssh's agent code waits for ever; it gets one end of a socket
/// pair, and here each answer has a deadline, after which its end is shut and the call returns.
class AgentRelay {
 public:
  /// `agent_socket`: the path in SSH_AUTH_SOCK. libssh sees only the keys that pass `filter`.
  AgentRelay(base::Executor executor, std::string agent_socket, IdentityFilter filter);
  AgentRelay(const AgentRelay&) = delete;
  AgentRelay& operator=(const AgentRelay&) = delete;

  /// For libssh, which closes it with the session.
  [[nodiscard]] int release_libssh_end() { return libssh_end_.release(); }
  /// Relays until cancelled. What goes wrong with the agent ends up in failure().
  base::Task<void> serve();
  /// Empty while the agent answers.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// Keys in the agent, and those libssh got to see.
  [[nodiscard]] std::size_t held() const { return held_; }
  [[nodiscard]] std::size_t offered() const { return offered_; }

 private:
  using Socket = base::asio::local::stream_protocol::socket;
  base::Task<void> relay();
  base::Task<std::string> ask(std::string request);

  std::string agent_socket_;
  IdentityFilter filter_;
  base::UniqueFd libssh_end_;
  Socket ours_, agent_;
  std::string failure_;
  std::size_t held_ = 0, offered_ = 0;
};

}  // namespace mcpssh::ssh
