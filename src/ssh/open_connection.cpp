#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "ssh/algorithms.hpp"
#include "ssh/authentication.hpp"
#include "ssh/host_key_check.hpp"
#include "ssh/live_connection.hpp"
#include "ssh/race.hpp"
#include "ssh/shell_probe.hpp"
#include "ssh/tcp_connect.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;

std::chrono::milliseconds given_or(std::chrono::milliseconds given, std::chrono::milliseconds otherwise) {
  return given.count() > 0 ? given : otherwise;
}

/// The way to one logged-in connection. Knows at which step it is, for the message.
class Opening {
 public:
  explicit Opening(Target target) : target_(std::move(target)) {}
  base::Task<std::shared_ptr<Connection>> open() { return explained(establish()); }
  base::Task<HostKey> fetch_host_key(std::string type) { return explained(ask_host_key(std::move(type))); }

 private:
  base::Task<std::shared_ptr<Connection>> establish();
  base::Task<HostKey> ask_host_key(std::string type);
  base::Task<TcpLink> connect();
  base::Task<OwnedDriver> log_in(TcpLink link);
  base::Task<OwnedDriver> handshake(TcpLink link, std::string host_key_algorithms);
  base::Task<KnownHosts> load_known_hosts();
  base::Task<void> check_host_key(Driver& driver, KnownHosts known);
  base::Task<std::string> probe(std::shared_ptr<Driver> driver);

  template <class T>
  base::Task<T> explained(base::Task<T> work);
  template <class T>
  base::Task<T> timed(base::Task<T> work);

  Target target_;
  ConnectionFacts facts_;
  const char* step_ = "connect";
};

/// The same error, told with host and step.
template <class T>
base::Task<T> Opening::explained(base::Task<T> work) {
  try {
    co_return co_await std::move(work);
  } catch (const Error& error) {
    throw error.at_step(step_).at_host(target_.name);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    throw Error(ErrorCode::io_error, error.code().message()).at_step(step_).at_host(target_.name);
  }
}

template <class T>
base::Task<T> Opening::timed(base::Task<T> work) {
  const auto limit = given_or(target_.login_timeout, base::limits::login_timeout);
  auto result = co_await within(steady_clock::now() + limit, std::move(work));
  if (result) co_return std::move(*result);
  throw Error(ErrorCode::timed_out,
              fmt::format("not done with {} within {}", facts_.address, base::human_duration(limit)),
              "check that the host is not overloaded, and that the agent answers when one is used");
}

base::Task<std::shared_ptr<Connection>> Opening::establish() {
  const auto begin = steady_clock::now();
  auto link = co_await connect();
  facts_.address = link.address;
  auto driver = co_await timed(log_in(std::move(link)));
  facts_.server_version = driver->server_version();
  step_ = "shell probe";
  if (target_.posix) facts_.login_shell = co_await probe(driver.shared());
  facts_.took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
  co_return LiveConnection::make(std::move(driver), facts_);
}

base::Task<TcpLink> Opening::connect() {
  return tcp_connect(target_.address, target_.port,
                     given_or(target_.connect_timeout, base::limits::connect_timeout));
}

base::Task<OwnedDriver> Opening::log_in(TcpLink link) {
  step_ = "host key";
  auto known = co_await load_known_hosts();
  const auto on_record = known.types_for(target_.address, target_.port);
  auto driver = co_await handshake(std::move(link), algorithms::host_keys(on_record));
  step_ = "host key";
  co_await check_host_key(*driver.shared(), std::move(known));
  step_ = "log in";
  facts_.auth_method = co_await authenticate(driver.shared(), target_);
  co_return driver;
}

base::Task<OwnedDriver> Opening::handshake(TcpLink link, std::string host_key_algorithms) {
  step_ = "key exchange";
  auto executor = co_await asio::this_coro::executor;
  SessionOptions options;
  options.user = target_.user;
  options.host_key_algorithms = std::move(host_key_algorithms);
  OwnedDriver driver(std::make_shared<Driver>(executor, std::move(link.socket), options));
  driver->start();
  const auto call = [](ssh_session session) { return ssh_connect(session); };
  std::string why;
  try {
    const int rc = co_await driver->drive(call);
    if (rc == SSH_OK) co_return driver;
    why = driver->last_error();
  } catch (const Error&) {
    why = driver->end_reason();
  }
  throw Error(ErrorCode::handshake_failed, fmt::format("no SSH session with {}: {}", link.address, why),
              "check that an SSH server listens there, and that it offers algorithms without SHA-1");
}

base::Task<KnownHosts> Opening::load_known_hosts() {
  if (target_.host_key_checking == HostKeyChecking::off) co_return KnownHosts();
  const auto load = [this] { return KnownHosts::load(target_.known_hosts); };
  co_return co_await off_thread(load);
}

base::Task<void> Opening::check_host_key(Driver& driver, KnownHosts known) {
  const HostKey offered = offered_host_key(driver.session());
  facts_.host_key_type = offered.type;
  facts_.fingerprint = offered.fingerprint();
  // Hashed names cost an HMAC each, and remembering waits for the disk.
  const auto decide = [this, &known, &offered] {
    const auto answer = known.check(target_.address, target_.port, offered);
    if (judge_host_key(target_, offered, answer) == HostKeyDecision::accept) return false;
    remember(target_.known_hosts, target_.address, target_.port, offered, false);
    return true;
  };
  facts_.host_key_added = co_await off_thread(decide);
}

base::Task<std::string> Opening::probe(std::shared_ptr<Driver> driver) {
  try {
    co_return co_await probe_shell(driver);
  } catch (const Error& error) {
    throw Error(error.code(), "asked for its shell, the host closed the connection: " + driver->end_reason(),
                "if it is a device, set `shell: cli` for it");
  }
}

base::Task<HostKey> Opening::ask_host_key(std::string type) {
  auto algorithms = type.empty() ? algorithms::host_keys({}) : algorithms::host_keys_of(type);
  auto link = co_await connect();
  facts_.address = link.address;
  auto driver = co_await timed(handshake(std::move(link), std::move(algorithms)));
  co_return offered_host_key(driver->session());
}

}  // namespace

base::Task<std::shared_ptr<Connection>> Connection::open(Target target) {
  Opening opening(std::move(target));
  co_return co_await opening.open();
}

base::Task<HostKey> fetch_host_key(Target target, std::string type) {
  Opening opening(std::move(target));
  co_return co_await opening.fetch_host_key(std::move(type));
}

}  // namespace mcpssh::ssh
