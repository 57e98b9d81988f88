#include "ssh/survey/survey.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "base/text.hpp"
#include "ssh/session/race.hpp"
#include "ssh/way/connect_race.hpp"
#include "ssh/way/resolve.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;
using namespace std::chrono_literals;
namespace {

constexpr auto patience = 10s;
/// For each address behind the first: eight dead ones must not take minutes.
constexpr auto less_patience = 4s;
/// Servers say their algorithms when they know ours to be SSH 2.
constexpr std::string_view introduction = "SSH-2.0-mcp-ssh\r\n";

base::Task<Endpoints> addresses_of(const Target& target) {
  auto found = co_await within(steady_clock::now() + patience, resolve(target.address, target.port));
  if (!found)
    throw Error(ErrorCode::resolve_failed, "the name servers did not answer in time",
                "check this machine's DNS, or use an IP address");
  co_return families_in_turn(*std::move(found));
}

base::Task<bool> write_introduction(tcp::socket& socket) {
  co_await asio::async_write(socket, asio::buffer(introduction), asio::use_awaitable);
  co_return true;
}

/// Until the server has said all, or what it says makes no sense.
base::Task<Greeting> listen_to(tcp::socket& socket, std::string& version) {
  co_await write_introduction(socket);
  std::string received;
  std::string chunk(4096, '\0');
  for (;;) {
    const auto size = co_await socket.async_read_some(asio::buffer(chunk), asio::use_awaitable);
    received.append(chunk, 0, size);
    auto read = read_greeting(received, version);
    if (!read) throw Error(read.error());
    if (*read) co_return **std::move(read);
  }
}

/// Why it could not be heard; empty when it was.
base::Task<std::string> hear(tcp::socket& socket, std::string& version, std::optional<Greeting>& greeting) {
  try {
    greeting = co_await within(steady_clock::now() + patience, listen_to(socket, version));
    co_return greeting ? "" : "it says nothing for 10 s";
  } catch (const Error& error) {
    co_return error.cause();
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return error.code() == asio::error::eof ? "it hangs up" : error.code().message();
  }
}

/// The greeting of what answers at `link`.
base::Task<void> read_offer(TcpLink link, const Endpoints& to, const Target& target, Survey& found) {
  auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor, to.front().protocol(), link.socket.release());
  std::optional<Greeting> greeting;
  found.failure = co_await hear(socket, found.version, greeting);
  if (!greeting) co_return;
  found.agreements = algorithms::agree(target.algorithms, greeting->offer);
  found.strict = greeting->offer.strict();
}

base::Task<TcpLink> connect_to(Endpoints one, bool first) {
  return connect_race(std::move(one), steady_clock::now() + (first ? patience : less_patience));
}

}  // namespace

base::Task<Survey> survey(Target target) {
  algorithms::offer(target.algorithms, {});  // throws before anybody is bothered
  const Endpoints all = co_await addresses_of(target);
  Survey found;
  bool heard = false;
  for (const auto& endpoint : all) {
    AddressTried tried;
    tried.address = described(endpoint);
    const auto begin = steady_clock::now();
    const Endpoints one{endpoint};
    TcpLink link;
    try {
      link = co_await connect_to(one, found.addresses.empty());
    } catch (const Error& error) {
      tried.failure = error.cause();
    }
    tried.took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
    found.addresses.push_back(tried);
    if (heard || !tried.failure.empty()) continue;
    heard = true;
    co_await read_offer(std::move(link), one, target, found);
  }
  co_return found;
}

}  // namespace mcpssh::ssh
