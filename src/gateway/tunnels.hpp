#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "base/principal.hpp"
#include "base/wakeup.hpp"
#include "gateway/action.hpp"
#include "gateway/policy_set.hpp"
#include "gateway/tunnel_note.hpp"
#include "guard/verdict.hpp"
#include "hosts/snapshot.hpp"
#include "ssh/pool.hpp"
#include "ssh/tunnel.hpp"

namespace mcpssh::gateway {

/// Tunnels one principal may have open, and connections through one of them.
inline constexpr std::size_t tunnels_per_principal = 16;
inline constexpr std::size_t connections_per_tunnel = 32;

/// Throws Error(invalid_argument) for what makes no sense.
void check_tunnel(const Tunnel& tunnel);
/// What the policy of a host says of it. A close is always allowed.
guard::Verdict judge_tunnel(const Tunnel& tunnel, const guard::Policy& policy);
/// "local 127.0.0.1:0 -> db:5432", for the record.
std::string described(const Tunnel& tunnel);

/// One listener, ours or the host's, and what came through it. Lives on the gateway's executor.
struct OpenTunnel {
  OpenTunnel(const base::Executor& executor, const base::Log& log)
      : acceptor(executor), flows(executor, log), changed(executor) {}

  /// On this machine. Throws Error(invalid_argument | io_error).
  void listen();
  /// The same on the host. Throws as Connection::listen_forward().
  static base::Task<void> listen_on_host(std::shared_ptr<OpenTunnel> self);
  /// Nothing comes in any more, as far as this side can see to it.
  static base::Task<void> listen_no_more(std::shared_ptr<OpenTunnel> self);
  /// Asks it to end; the first reason counts.
  void close(std::string why);
  [[nodiscard]] TunnelNote note() const;

  std::string id;
  base::Principal principal;
  std::string host;
  Tunnel what;
  std::shared_ptr<const PolicySet> policies;  ///< those it was opened under
  ssh::Lease lease;
  boost::asio::ip::tcp::acceptor acceptor;
  std::shared_ptr<ssh::RemoteListener> on_host;  ///< in its place, when the host listens
  base::Nursery flows;                           ///< accepted connections; cancelled at its end
  std::shared_ptr<ssh::Flow> total = std::make_shared<ssh::Flow>();
  std::uint64_t connections = 0;
  base::Wakeup changed;  ///< a connection came or went, or it is to close
  base::MonoTime last_used;
  std::string closed_because;
  bool gone = false;  ///< its end is on its way to the record
};

/// The tunnels that are open. Lives on the gateway's executor.
class Tunnels {
 public:
  void add(std::shared_ptr<OpenTunnel> tunnel) { tunnels_.push_back(std::move(tunnel)); }
  void remove(const std::shared_ptr<OpenTunnel>& tunnel) { std::erase(tunnels_, tunnel); }
  /// Those of `owner` on `host`; an empty name means any.
  [[nodiscard]] std::vector<std::shared_ptr<OpenTunnel>> of(const std::string& owner,
                                                            const std::string& host) const;
  /// What a new configuration no longer allows is closed: tunnels of hosts whose connections end, and of
  /// hosts whose tunnel keys changed.
  void adopt(const hosts::Snapshot& before, const hosts::Snapshot& after);

 private:
  std::vector<std::shared_ptr<OpenTunnel>> tunnels_;
};

}  // namespace mcpssh::gateway
