#include "cli/service/admin.hpp"

#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <utility>

#include "transport/local/local_socket.hpp"

namespace mcpssh::cli {
namespace {

base::UniqueFd listen_at(const AdminPlace& place) {
  if (place.socket.empty()) return transport::listen_tcp(place.tcp.address, place.tcp.port);
  transport::LocalOptions local;
  local.path = place.socket;
  return transport::listen_local(local);
}

void announce(const AdminPlace& place, int listening, const base::Log& log) {
  if (!place.socket.empty()) {
    log.info("metrics and health are served on the socket " + place.socket.string());
    return;
  }
  const auto bound = transport::place_of(listening);
  const auto port = bound ? bound->port : place.tcp.port;
  log.info("metrics and health are served on http://" + authority_of(place.tcp.address, port));
  if (!boost::asio::ip::make_address(place.tcp.address).is_loopback())
    log.warning("whoever reaches " + authority_of(place.tcp.address, port) +
                " can read the metrics: there is no token");
}

}  // namespace

AdminPlace parse_admin(const std::string& text) {
  AdminPlace place;
  if (text.find('/') != std::string::npos)
    place.socket = text;
  else
    place.tcp = parse_listen(text, place.tcp);
  return place;
}

std::optional<AdminPlace> admin_place(bool asked, const std::string& given,
                                      const hosts::Environment& environment) {
  const auto set = environment("MCP_ADMIN").value_or("");
  if (!asked && set.empty()) return std::nullopt;
  return parse_admin(given.empty() ? set : given);
}

Admin::Admin(base::Executor executor, const AdminPlace& place, transport::RouteOptions options,
             base::Log log) {
  auto listening = listen_at(place);
  made_ = place.socket;
  options.address = place.tcp.address;
  announce(place, listening.get(), log);
  server_ = std::make_unique<transport::RouteServer>(std::move(executor), std::move(listening),
                                                     std::move(options), std::move(log));
}

Admin::Admin(base::Executor executor, base::UniqueFd listening, transport::RouteOptions options,
             base::Log log) {
  if (const auto place = transport::place_of(listening.get())) options.address = place->address;
  log.info("metrics and health are served on the supervisor's socket");
  server_ = std::make_unique<transport::RouteServer>(std::move(executor), std::move(listening),
                                                     std::move(options), std::move(log));
}

Admin::~Admin() {
  if (!made_.empty()) ::unlink(made_.c_str());
}

}  // namespace mcpssh::cli
