#include "gateway/tunnels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/hop.hpp"
#include "base/text.hpp"
#include "guard/judge.hpp"
#include "hosts/difference.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using boost::asio::ip::tcp;

constexpr int first_free_port = 1024;  // those below belong to the system

std::string joined(const std::string& address, int port) {
  const bool v6 = address.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address, v6 ? "]" : "", port);
}

std::string listen_address(const Tunnel& tunnel) {
  return tunnel.listen_address.empty() ? "127.0.0.1" : tunnel.listen_address;
}

boost::asio::ip::address address_of(const Tunnel& tunnel) {
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(listen_address(tunnel), failure);
  if (failure)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("`{}` is no IP address to listen on", base::printable(tunnel.listen_address, 60)),
                "leave it out for 127.0.0.1");
  return address;
}

guard::Forward request_for(const Tunnel& tunnel) {
  guard::Forward request;
  request.host = tunnel.address;
  request.port = tunnel.port;
  request.kind = tunnel.kind == Tunnel::Kind::dynamic  ? guard::Forward::Kind::dynamic
                 : tunnel.kind == Tunnel::Kind::remote ? guard::Forward::Kind::remote
                                                       : guard::Forward::Kind::local;
  request.listen_port = tunnel.listen_port;
  request.beyond_loopback = !address_of(tunnel).is_loopback();
  return request;
}

bool same_rules(const hosts::Host& before, const hosts::Host& after) {
  return before.tunnel_targets == after.tunnel_targets && before.tunnel_dynamic == after.tunnel_dynamic &&
         before.tunnel_remote == after.tunnel_remote &&
         before.tunnel_remote_targets == after.tunnel_remote_targets;
}

}  // namespace

void check_tunnel(const Tunnel& tunnel) {
  const auto bad = [](std::string why, std::string next) {
    return Error(ErrorCode::invalid_argument, std::move(why), std::move(next));
  };
  if (tunnel.kind == Tunnel::Kind::close) {
    if (tunnel.id.empty()) throw bad("no tunnel was named", "ssh_tunnel with action=list shows the ids");
    return;
  }
  const bool remote = tunnel.kind == Tunnel::Kind::remote;
  if (tunnel.kind != Tunnel::Kind::dynamic &&
      (tunnel.address.empty() || tunnel.port < 1 || tunnel.port > 65535))
    throw bad("a tunnel needs a target as `address:port`",
              std::string("name one of the host's ") + (remote ? "tunnel_remote_targets" : "tunnel_targets"));
  if (remote && tunnel.listen_port == 0)
    throw bad("a remote tunnel needs a port for the host to listen on", "say which in `listen`");
  if (tunnel.listen_port != 0 && (tunnel.listen_port < first_free_port || tunnel.listen_port > 65535))
    throw bad("the port to listen on must be 1024 to 65535", "leave it out for any free one");
  static_cast<void>(address_of(tunnel));
}

guard::Verdict judge_tunnel(const Tunnel& tunnel, const guard::Policy& policy) {
  if (tunnel.kind == Tunnel::Kind::close) return {};
  return guard::judge(request_for(tunnel), guard::SessionState(), policy).verdict;
}

std::string described(const Tunnel& tunnel) {
  if (tunnel.kind == Tunnel::Kind::close) return "close " + base::printable(tunnel.id, 60);
  const std::string from = joined(base::printable(listen_address(tunnel), 60), tunnel.listen_port);
  if (tunnel.kind == Tunnel::Kind::dynamic) return "dynamic " + from + " -> tunnel_targets";
  const std::string to = joined(base::printable(tunnel.address, 253), tunnel.port);
  if (tunnel.kind == Tunnel::Kind::remote) return "remote " + from + " of the host -> " + to + " here";
  return "local " + from + " -> " + to;
}

void OpenTunnel::listen() {
  const tcp::endpoint endpoint(address_of(what), static_cast<std::uint16_t>(what.listen_port));
  boost::system::error_code failure;
  acceptor.open(endpoint.protocol(), failure);
  if (!failure) acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(boost::asio::socket_base::max_listen_connections, failure);
  if (failure)
    throw Error(Fault::listen_failed,
                fmt::format("cannot listen on {}: {}",
                            joined(endpoint.address().to_string(), endpoint.port()), failure.message()),
                "choose another port, or leave it out for any free one");
}

base::Task<void> OpenTunnel::listen_on_host(std::shared_ptr<OpenTunnel> self) {
  const auto connection = self->lease.connection();
  auto listening = connection->listen_forward(address_of(self->what).to_string(),
                                              static_cast<std::uint16_t>(self->what.listen_port));
  self->on_host = co_await base::hop(connection->executor(), std::move(listening));
}

base::Task<void> OpenTunnel::listen_no_more(std::shared_ptr<OpenTunnel> self) {
  boost::system::error_code ignored;
  self->acceptor.close(ignored);
  if (!self->on_host) co_return;
  auto ending = self->on_host->end();
  co_await base::hop(self->lease.connection()->executor(), std::move(ending));
}

void OpenTunnel::close(std::string why) {
  if (closed_because.empty()) closed_because = std::move(why);
  changed.notify();
}

TunnelNote OpenTunnel::note() const {
  TunnelNote note;
  note.id = id;
  note.host = host;
  const bool dynamic = what.kind == Tunnel::Kind::dynamic, remote = what.kind == Tunnel::Kind::remote;
  note.kind = dynamic ? "dynamic" : remote ? "remote" : "local";
  note.target = dynamic ? "tunnel_targets" : joined(what.address, what.port);
  note.connections = connections;
  note.open = flows.size();
  note.bytes_up = total->up;
  note.bytes_down = total->down;
  if (remote) note.listen = joined(address_of(what).to_string(), what.listen_port);
  boost::system::error_code closed;
  const auto endpoint = acceptor.local_endpoint(closed);
  if (!closed) note.listen = joined(endpoint.address().to_string(), endpoint.port());
  return note;
}

std::vector<std::shared_ptr<OpenTunnel>> Tunnels::of(const std::string& owner,
                                                     const std::string& host) const {
  std::vector<std::shared_ptr<OpenTunnel>> found;
  for (const auto& tunnel : tunnels_)
    if ((owner.empty() || tunnel->principal.name == owner) && (host.empty() || tunnel->host == host))
      found.push_back(tunnel);
  return found;
}

void Tunnels::adopt(const hosts::Snapshot& before, const hosts::Snapshot& after) {
  if (tunnels_.empty()) return;
  const auto ended = hosts::connections_to_close(before, after);
  for (const auto& tunnel : tunnels_) {
    const auto* old_host = before.find(tunnel->host);
    const auto* new_host = after.find(tunnel->host);
    const bool kept = old_host != nullptr && new_host != nullptr && same_rules(*old_host, *new_host) &&
                      std::ranges::count(ended, tunnel->host) == 0;
    if (!kept) tunnel->close("configuration");
  }
}

}  // namespace mcpssh::gateway
