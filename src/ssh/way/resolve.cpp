#include "ssh/way/resolve.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wakeup.hpp"
#include "ssh/session/blocking.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;

/// More addresses than that are a round robin; trying them all would only eat the time.
constexpr std::size_t max_addresses = 8;

struct Lookup {
  explicit Lookup(const base::Executor& executor) : answered(executor) {}
  bool done = false;
  int error = 0;  ///< EAI_*
  Endpoints found;
  base::Wakeup answered;
};

int look_up(const std::string& host, std::uint16_t port, Endpoints& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error != 0) return error;
  for (const auto* entry = list; entry != nullptr && found.size() < max_addresses; entry = entry->ai_next) {
    tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    endpoint.resize(entry->ai_addrlen);
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    found.push_back(endpoint);
  }
  ::freeaddrinfo(list);
  return found.empty() ? EAI_NONAME : 0;
}

}  // namespace

/// getaddrinfo cannot be interrupted, so the waiter walks away from it instead: the answer comes to a Lookup
/// nobody looks at.
base::Task<Endpoints> resolve(std::string host, std::uint16_t port) {
  boost::system::error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) co_return Endpoints{tcp::endpoint(address, port)};

  auto executor = co_await asio::this_coro::executor;
  auto lookup = std::make_shared<Lookup>(executor);
  auto ask = [lookup, executor, host, port]() mutable {
    Endpoints found;
    const int error = look_up(host, port, found);
    auto deliver = [lookup = std::move(lookup), error, found = std::move(found)]() mutable {
      lookup->done = true;
      lookup->error = error;
      lookup->found = std::move(found);
      lookup->answered.notify();
    };
    asio::post(executor, std::move(deliver));
  };
  asio::post(blocking_executor(executor), std::move(ask));
  while (!lookup->done) co_await lookup->answered.wait();
  if (lookup->error != 0)
    throw Error(ErrorCode::resolve_failed,
                fmt::format("cannot resolve {}: {}", base::printable(host), ::gai_strerror(lookup->error)),
                "check the host's address in hosts.yaml and this machine's DNS");
  co_return std::move(lookup->found);
}

}  // namespace mcpssh::ssh
