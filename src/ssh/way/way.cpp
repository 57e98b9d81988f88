#include "ssh/way/way.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ssh/way/carrier.hpp"
#include "ssh/way/proxy_command.hpp"
#include "ssh/way/proxy_connect.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
namespace {

base::Task<Way> without_complaint(base::Task<TcpLink> connecting) {
  Way way;
  way.link = co_await std::move(connecting);
  co_return way;
}

base::Task<Way> over(const Target& target, std::shared_ptr<Connection> carrier,
                     std::chrono::milliseconds timeout) {
  if (!carrier)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("there is no connection to {}, the way to this host", target.jump->name));
  return without_complaint(
      connect_through(std::move(carrier), target.jump->name, target.address, target.port, timeout));
}

}  // namespace

base::Task<Way> connect(const Target& target, std::shared_ptr<Connection> carrier,
                        std::chrono::milliseconds timeout) {
  if (target.jump) return over(target, std::move(carrier), timeout);
  if (!target.proxy_command.empty())
    return connect_by_command(target.proxy_command, fmt::format("{}:{}", target.address, target.port));
  if (target.proxy)
    return without_complaint(connect_by_proxy(*target.proxy, target.address, target.port, timeout));
  return without_complaint(tcp_connect(target.address, target.port, timeout));
}

}  // namespace mcpssh::ssh
