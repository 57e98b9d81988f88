#include "ssh/tunnel/host_listener.hpp"

#include <fmt/format.h>
#include <libssh/server.h>  // where the parts of a host's request are declared

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/address.hpp>
#include <deque>
#include <utility>

#include "base/text.hpp"
#include "ssh/session/race.hpp"
#include "ssh/way/forward_stream.hpp"

namespace mcpssh::ssh {
namespace {

namespace asio = base::asio;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorCode;

constexpr std::size_t most_waiting = 32;
/// A host closes what we close; one that does not could open channels without end.
constexpr std::size_t most_left_open = 128;
constexpr auto listen_limit = 10s;
constexpr auto unlisten_limit = 2s;
constexpr std::size_t most_of_address = 100;

/// A pointer whose last owner may be on any thread: what it points to dies on `executor`.
template <class T>
std::shared_ptr<T> dies_on(const base::Executor& executor, std::unique_ptr<T> owned) {
  return {owned.release(),
          [executor](T* last) { asio::dispatch(executor, [gone = std::unique_ptr<T>(last)] {}); }};
}

base::Task<bool> ask_to_listen(std::shared_ptr<Driver> driver, std::string address, int port) {
  const auto call = [&](ssh_session session) {
    return ssh_channel_listen_forward(session, address.c_str(), port, nullptr);
  };
  co_return co_await driver->drive_alone(call) == SSH_OK;
}

base::Task<bool> ask_to_listen_no_more(std::shared_ptr<Driver> driver, std::string address, int port) {
  const auto call = [&](ssh_session session) {
    return ssh_channel_cancel_forward(session, address.c_str(), port);
  };
  co_return co_await driver->drive_alone(call) == SSH_OK;
}

/// A host that does not answer keeps nobody else from asking it something.
base::Task<void> give_up_listening(std::shared_ptr<Driver> driver, std::string address, int port) {
  const auto deadline = std::chrono::steady_clock::now() + unlisten_limit;
  std::ignore = co_await within(deadline, ask_to_listen_no_more(std::move(driver), std::move(address), port));
}

std::string origin_of(ssh_message request) {
  const char* address = ssh_message_channel_request_open_originator(request);
  return fmt::format("{}:{}", base::printable(address != nullptr ? address : "", most_of_address),
                     ssh_message_channel_request_open_originator_port(request));
}

/// Whether `text` is an IP address and none of loopback: others reach it, or come from there.
bool is_elsewhere(const char* text) {
  boost::system::error_code none;
  const auto address = asio::ip::make_address(text != nullptr ? text : "", none);
  if (none) return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return !asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  return !address.is_loopback();
}

class HostListener : public RemoteListener {
 public:
  HostListener(std::shared_ptr<void> owner, std::shared_ptr<Driver> driver, std::string address, int port)
      : owner_(std::move(owner)),
        driver_(std::move(driver)),
        address_(std::move(address)),
        loopback_(!is_elsewhere(address_.c_str())),
        port_(port),
        arrived_(driver_->executor()) {
    driver_->on_forwarded(port_, [this](ssh_message request) { return take(request); });
  }
  HostListener(const HostListener&) = delete;
  HostListener& operator=(const HostListener&) = delete;
  /// Whoever did not wait for end() still has the host told.
  ~HostListener() override {
    if (ended_) return;
    stop_taking();
    if (!driver_->alive()) return;
    asio::co_spawn(driver_->executor(), give_up_listening(driver_, address_, port_),
                   [](const std::exception_ptr&) {});
  }

  base::Task<void> start() {
    const auto deadline = std::chrono::steady_clock::now() + listen_limit;
    const auto listening = co_await within(deadline, ask_to_listen(driver_, address_, port_));
    if (!listening) throw Error(ErrorCode::timed_out, "the host did not say whether it listens for a tunnel");
    if (*listening) co_return;
    driver_->throw_if_ended();
    ended_ = true;
    stop_taking();
    throw Error(ErrorCode::channel_failed,
                fmt::format("the host does not listen on {}:{} for a tunnel", address_, port_),
                "choose another port, or check AllowTcpForwarding, PermitListen and GatewayPorts in its "
                "sshd_config");
  }

  base::Task<std::shared_ptr<Incoming>> accept() override {
    using namespace asio::experimental::awaitable_operators;
    while (waiting_.empty()) {
      driver_->throw_if_ended();
      co_await (arrived_.wait() || driver_->closed());
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    co_return next;
  }

  base::Task<void> end() override {
    if (std::exchange(ended_, true)) co_return;
    stop_taking();
    try {
      co_await give_up_listening(driver_, address_, port_);
    } catch (const Error&) {  // the connection has ended, and with it what listened
    }
  }

 private:
  bool take(ssh_message request) {
    if (!driver_->alive() || waiting_.size() >= most_waiting) return false;
    if (driver_->left_open() >= most_left_open) return false;
    // With GatewayPorts an sshd listens for all, whatever it was asked for.
    if (loopback_ && is_elsewhere(ssh_message_channel_request_open_originator(request))) return false;
    auto incoming = std::make_unique<Incoming>();
    incoming->from = origin_of(request);
    try {
      incoming->stream = accept_forward(owner_, driver_, request);
    } catch (const std::exception&) {  // libssh, whose call this is in, knows no exceptions
    }
    if (!incoming->stream) return false;
    waiting_.push_back(dies_on(driver_->executor(), std::move(incoming)));
    arrived_.notify();
    return true;
  }
  void stop_taking() {
    driver_->on_forwarded(port_, nullptr);
    waiting_.clear();
  }

  std::shared_ptr<void> owner_;
  std::shared_ptr<Driver> driver_;
  std::string address_;
  bool loopback_;  ///< for nobody on another machine
  int port_;
  base::Wakeup arrived_;
  std::deque<std::shared_ptr<Incoming>> waiting_;
  bool ended_ = false;
};

}  // namespace

base::Task<std::shared_ptr<RemoteListener>> listen_on_host(std::shared_ptr<void> owner,
                                                           std::shared_ptr<Driver> driver,
                                                           std::string address, std::uint16_t port) {
  driver->throw_if_ended();
  if (driver->forwards_from(port))
    throw Error(ErrorCode::channel_failed,
                fmt::format("a tunnel from port {} of the host is open already", port),
                "choose another port");
  const auto executor = driver->executor();
  auto listener =
      std::make_unique<HostListener>(std::move(owner), std::move(driver), std::move(address), int{port});
  co_await listener->start();
  co_return dies_on<RemoteListener>(executor, std::move(listener));
}

}  // namespace mcpssh::ssh
