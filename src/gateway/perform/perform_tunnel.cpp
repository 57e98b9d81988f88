// Tunnels: opened and closed by an action, and what happens in between.
#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/faults.hpp"
#include "base/hop.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/refusal_rules.hpp"
#include "guard/judge.hpp"
#include "ssh/tunnel/tunnel_socks.hpp"

namespace mcpssh::gateway {
namespace {

namespace asio = base::asio;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Fault;

/// A SOCKS client says at once where it wants to go.
constexpr auto socks_timeout = std::chrono::seconds(10);

base::Task<void> end_of(std::shared_ptr<OpenTunnel> tunnel) {
  const auto connection = tunnel->lease.connection();
  try {
    auto closed = connection->closed();
    co_await base::hop(connection->executor(), std::move(closed));
  } catch (const Error&) {
  }
  tunnel->close("lost");
}

base::Task<std::optional<ssh::SocksRequest>> socks_request(tcp::socket& socket) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer alarm(executor, socks_timeout);
  auto first = co_await (ssh::read_socks_request(socket) || alarm.async_wait(asio::use_awaitable));
  if (first.index() == 0) co_return std::get<0>(std::move(first));
  co_return std::nullopt;
}

base::UniqueFd released(tcp::socket& socket) {
  boost::system::error_code failure;
  base::UniqueFd fd(socket.release(failure));
  if (failure) throw Error(ErrorCode::io_error, "the tunnel's client is gone");
  return fd;
}

/// Whatever happens, a tunnel that has ended is gone: the end of the program waits for it.
class Parting {
 public:
  Parting(Tunnels& all, std::shared_ptr<OpenTunnel> tunnel) : all_(all), tunnel_(std::move(tunnel)) {}
  Parting(const Parting&) = delete;
  Parting& operator=(const Parting&) = delete;
  ~Parting() { now(); }
  void now() {
    if (tunnel_->gone) return;
    all_.remove(tunnel_);
    tunnel_->on_host.reset();
    tunnel_->lease = ssh::Lease();
    tunnel_->gone = true;
    tunnel_->changed.notify();
  }

 private:
  Tunnels& all_;
  std::shared_ptr<OpenTunnel> tunnel_;
};

Error too_many_tunnels() {
  return Error(Fault::too_many_open, fmt::format("{} tunnels are open already", tunnels_per_principal),
               "close one with ssh_tunnel action=close");
}

}  // namespace

base::Task<void> Gateway::Core::perform_tunnel(std::shared_ptr<Call> call) {
  const auto& wanted = std::get<Tunnel>(call->action.what);
  if (wanted.kind == Tunnel::Kind::close) {
    co_await close_tunnel(call, wanted.id);
    co_return;
  }
  if (tunnels.of(call->action.principal.name, "").size() >= tunnels_per_principal) throw too_many_tunnels();
  auto tunnel = std::make_shared<OpenTunnel>(executor, options.log);
  tunnel->id = "tun_" + base::random_hex(6);
  tunnel->principal = call->action.principal;
  tunnel->host = call->host->name;
  tunnel->what = wanted;
  tunnel->policies = call->policies;
  tunnel->lease = co_await connect(call);
  require_still_approved(*call, tunnel->lease.connection()->facts());
  if (auto fault = no_tunnel_any_more(*call)) throw *std::move(fault);
  if (wanted.kind != Tunnel::Kind::remote) {
    tunnel->listen();
  } else {
    co_await OpenTunnel::listen_on_host(tunnel);
    if (auto fault = no_tunnel_any_more(*call)) {
      co_await OpenTunnel::listen_no_more(tunnel);
      throw *std::move(fault);
    }
  }
  // Whoever took the right to it away closed those that were in the list, so none comes in behind them.
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw Error(Fault::cancelled, "the call was cancelled while the tunnel was opened", "ask again");
  tunnel->last_used = options.clock.mono();
  tunnels.add(tunnel);
  call->outcome.tunnel = tunnel->note();
  call->outcome.state = State::tunnel_opened;
  tunnelling.start("tunnel", run_tunnel(tunnel));
}

std::optional<Error> Gateway::Core::no_tunnel_any_more(const Call& call) const {
  if (call.snapshot != snapshot)
    return Error(Fault::policy_changed, "the configuration changed while the tunnel was opened", "ask again");
  if (tunnels.of(call.action.principal.name, "").size() >= tunnels_per_principal) return too_many_tunnels();
  return std::nullopt;
}

base::Task<void> Gateway::Core::close_tunnel(std::shared_ptr<Call> call, std::string id) {
  for (const auto& tunnel : tunnels.of(call->action.principal.name, call->host->name)) {
    if (tunnel->id != id) continue;
    tunnel->close("asked");
    while (!tunnel->gone) co_await tunnel->changed.wait();
    call->outcome.tunnel = tunnel->note();
    call->outcome.state = State::tunnel_closed;
    co_return;
  }
  throw Error(Fault::no_such_session, "no tunnel " + base::printable(id, 60) + " is open there",
              "ssh_tunnel with action=list shows what is open");
}

base::Task<void> Gateway::Core::close_tunnels(std::string owner, std::string host, std::string why) {
  const auto open = tunnels.of(owner, host);
  for (const auto& tunnel : open) tunnel->close(why);
  for (const auto& tunnel : open)
    while (!tunnel->gone) co_await tunnel->changed.wait();
}

base::Task<void> Gateway::Core::run_tunnel(std::shared_ptr<OpenTunnel> tunnel) {
  using namespace asio::experimental::awaitable_operators;
  std::exception_ptr failure;
  try {
    auto incoming = tunnel->on_host ? accept_from_host(tunnel) : accept_all(tunnel);
    co_await (std::move(incoming) || end_of(tunnel) || watch_tunnel(tunnel));
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) explain_flow(*tunnel, failure);
  co_await end_tunnel(tunnel);
}

base::Task<void> Gateway::Core::end_tunnel(std::shared_ptr<OpenTunnel> tunnel) {
  Parting parting(tunnels, tunnel);
  tunnel->close("lost");  // unless there is a reason already
  audit::Record record;
  record.kind = audit::Kind::disconnect;
  record.host = tunnel->host;
  record.tool = "ssh_tunnel";
  record.session = tunnel->id;
  record.principal = tunnel->principal;
  record.state = tunnel->closed_because;
  const std::string listened = where_it_listens(tunnel->note());
  tunnel->flows.cancel();
  co_await OpenTunnel::listen_no_more(tunnel);
  co_await tunnel->flows.join();
  const TunnelNote note = tunnel->note();
  record.detail = fmt::format("tunnel {} -> {}: {} connections, {} bytes up, {} bytes down", listened,
                              where_it_leads(note), note.connections, note.bytes_up, note.bytes_down);
  record.bytes_out = note.bytes_down;
  parting.now();
  co_await settle(std::move(record));
}

base::Task<void> Gateway::Core::accept_all(std::shared_ptr<OpenTunnel> tunnel) {
  for (;;) {
    boost::system::error_code failure;
    tcp::socket socket =
        co_await tunnel->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failure));
    if (failure == asio::error::connection_aborted) continue;
    if (failure) {
      tunnel->close("cannot accept: " + failure.message());
      co_return;
    }
    if (admit_flow(*tunnel)) start_flow(*tunnel, lead(tunnel, std::move(socket)));  // otherwise it closes
  }
}

base::Task<void> Gateway::Core::accept_from_host(std::shared_ptr<OpenTunnel> tunnel) {
  const auto there = tunnel->lease.connection()->executor();
  for (;;) {
    auto next = tunnel->on_host->accept();
    auto incoming = co_await base::hop(there, std::move(next));
    if (admit_flow(*tunnel)) start_flow(*tunnel, lead_back(tunnel, std::move(incoming)));
  }
}

bool Gateway::Core::admit_flow(const OpenTunnel& tunnel) {
  const bool frozen = freeze.active().has_value();
  if (!frozen && tunnel.flows.size() < connections_per_tunnel) return true;
  refuse_flow(tunnel, frozen ? refusals::frozen : refusals::limit);
  return false;
}

void Gateway::Core::start_flow(OpenTunnel& tunnel, base::Task<void> leading) {
  tunnel.connections += 1;
  tunnel.flows.start("connection of " + tunnel.id, std::move(leading));
  tunnel.changed.notify();
}

void Gateway::Core::refuse_flow(const OpenTunnel& tunnel, std::string_view rule) {
  audit::Record record;
  record.kind = audit::Kind::refused;
  record.host = tunnel.host;
  record.tool = "ssh_tunnel";
  record.session = tunnel.id;
  record.principal = tunnel.principal;
  record.decision = "blocked";
  record.rules.emplace_back(rule);
  record.detail = "a connection to the tunnel";
  sum_up(std::move(record));
}

/// Ends when the tunnel is to close, or was not used for as long as a session may be idle.
base::Task<void> Gateway::Core::watch_tunnel(std::shared_ptr<OpenTunnel> tunnel) {
  std::uint64_t seen = 0;
  while (tunnel->closed_because.empty()) {
    const std::uint64_t moved = tunnel->total->up + tunnel->total->down + tunnel->connections;
    if (moved != seen) tunnel->last_used = options.clock.mono();
    seen = moved;
    const auto deadline = tunnel->last_used + snapshot->settings.idle_timeout;
    if (options.clock.mono() >= deadline)
      tunnel->close("idle");
    else
      co_await tunnel->changed.wait_until(deadline);
  }
}

base::Task<void> Gateway::Core::lead(std::shared_ptr<OpenTunnel> tunnel, tcp::socket socket) {
  ssh::Forwarding forwarding;
  forwarding.address = tunnel->what.address;
  forwarding.port = static_cast<std::uint16_t>(tunnel->what.port);
  std::optional<audit::Record> record;
  if (tunnel->what.kind == Tunnel::Kind::dynamic) {
    const auto request = co_await socks_request(socket);
    if (!request) co_return;
    forwarding.address = request->address;
    forwarding.port = request->port;
    forwarding.when_open = ssh::socks_reply(ssh::SocksReply::opened);
    forwarding.when_failed = ssh::socks_reply(ssh::SocksReply::failed);
    record = co_await admit_socks(tunnel, socket, forwarding);
    if (!record) co_return;
  }
  const auto flow = std::make_shared<ssh::Flow>();
  flow->of = tunnel->total;
  const auto connection = tunnel->lease.connection();
  std::exception_ptr failure;
  try {
    auto carrying = ssh::carry(connection, released(socket), std::move(forwarding), flow);
    co_await base::hop(connection->executor(), std::move(carrying));
  } catch (...) {
    failure = std::current_exception();
  }
  tunnel->changed.notify();
  if (record) {
    record->kind = audit::Kind::end;
    record->state = failure ? "failed" : "closed";
    record->bytes_out = flow->down;
    recording.start("record of a tunnel's connection", settle(*std::move(record)));
  }
  if (failure) explain_flow(*tunnel, failure);
}

base::Task<void> Gateway::Core::lead_back(std::shared_ptr<OpenTunnel> tunnel,
                                          std::shared_ptr<ssh::Incoming> incoming) {
  ssh::Forwarding to;
  to.address = tunnel->what.address;
  to.port = static_cast<std::uint16_t>(tunnel->what.port);
  options.log.debug(tunnel->host + ": " + tunnel->id + ": a connection from " + incoming->from);
  std::exception_ptr failure;
  try {
    auto carrying = ssh::carry_back(std::move(incoming), std::move(to), tunnel->total);
    co_await base::hop(tunnel->lease.connection()->executor(), std::move(carrying));
  } catch (...) {
    failure = std::current_exception();
  }
  tunnel->changed.notify();
  if (failure) explain_flow(*tunnel, failure);
}

base::Task<std::optional<audit::Record>> Gateway::Core::admit_socks(std::shared_ptr<OpenTunnel> tunnel,
                                                                    tcp::socket& socket,
                                                                    const ssh::Forwarding& forwarding) {
  guard::Forward request;
  request.host = forwarding.address;
  request.port = forwarding.port;
  const auto verdict =
      guard::judge(request, guard::SessionState(), tunnel->policies->policy(tunnel->host)).verdict;
  audit::Record record;
  record.call = base::CallId::fresh().str();
  record.host = tunnel->host;
  record.tool = "ssh_tunnel";
  record.session = tunnel->id;
  record.principal = tunnel->principal;
  record.detail = verdict.canonical;
  const bool frozen = freeze.active().has_value();
  const bool allowed = verdict.decision == guard::Decision::allow && !frozen;
  record.kind = allowed ? audit::Kind::begin : audit::Kind::refused;
  record.decision = allowed ? "allowed" : "blocked";
  for (const auto& finding : verdict.findings) record.rules.push_back(finding.rule);
  if (frozen) record.rules.emplace_back(refusals::frozen);
  if (allowed) {
    auto begin = record;
    co_await ledger.write(std::move(begin));
    co_return record;
  }
  co_await ledger.settle(std::move(record));
  const std::string reply = ssh::socks_reply(ssh::SocksReply::not_allowed);
  boost::system::error_code ignored;
  const auto bytes = asio::buffer(reply);
  co_await socket.async_write_some(bytes, asio::redirect_error(asio::use_awaitable, ignored));
  co_return std::nullopt;
}

/// For the log: a client of a tunnel sees only that its connection ended.
void Gateway::Core::explain_flow(const OpenTunnel& tunnel, const std::exception_ptr& failure) const {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::cancelled)
      options.log.info(tunnel.host + ": " + tunnel.id + ": " + error.what());
  } catch (const std::exception& error) {
    options.log.debug(tunnel.host + ": " + tunnel.id + ": " + error.what());
  }
}

std::vector<TunnelNote> Gateway::tunnels(const base::Principal& principal) const {
  std::vector<TunnelNote> notes;
  const auto seen = snapshot(principal);
  for (const auto& tunnel : core_->tunnels.of(principal.name, ""))
    if (seen->find(tunnel->host) != nullptr) notes.push_back(tunnel->note());
  return notes;
}

}  // namespace mcpssh::gateway
