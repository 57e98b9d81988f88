#include "ssh/way/forward_stream.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "ssh/session/channel.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
namespace {

class ForwardStream : public base::Duplex {
 public:
  ForwardStream(std::shared_ptr<void> owner, std::shared_ptr<Driver> driver)
      : owner_(std::move(owner)), channel_(std::move(driver)) {}

  base::Task<void> start(std::string address, std::uint16_t port) {
    return channel_.open_forward(std::move(address), port);
  }
  bool accept(ssh_message request) { return channel_.accept(request); }
  base::Task<std::string> read() override { return channel_.read(); }
  base::Task<void> write(std::string bytes) override { return channel_.write(std::move(bytes)); }
  void end_writing() override { channel_.send_eof(); }

 private:
  std::shared_ptr<void> owner_;
  Channel channel_;
};

/// libssh: "Channel opening failure: channel 43 error (2) Connection refused".
std::string reason_of(const std::string& error) {
  const auto at = error.find(") ");
  const std::string reason = at == error.npos ? error : error.substr(at + 2);
  return reason.empty() ? "it gives no reason" : reason;
}

}  // namespace

base::Task<void> Channel::open_forward(std::string address, std::uint16_t port) {
  if (address.find('\0') != address.npos)
    throw Error(ErrorCode::invalid_argument, "the address to forward to holds a NUL byte");
  make();
  opening_ = true;
  // The originator's address is for the host's log only.
  const auto call = [this, &address, port](ssh_session) {
    return ssh_channel_open_forward(raw_, address.c_str(), port, "127.0.0.1", 0);
  };
  const int rc = co_await driver_->drive(call);
  opening_ = false;
  if (rc == SSH_OK) co_return;
  give_up();
  driver_->throw_if_ended();
  throw Error(
      ErrorCode::channel_failed,
      fmt::format("the host does not forward to {}:{}: {}", base::printable(address), port,
                  reason_of(driver_->last_error())),
      "check that it can reach that address, and AllowTcpForwarding and PermitOpen in its sshd_config");
}

bool Channel::accept(ssh_message request) {
  make();
  if (ssh_message_channel_request_open_reply_accept_channel(request, raw_) == SSH_OK) return true;
  give_up();
  return false;
}

std::unique_ptr<base::Duplex> accept_forward(std::shared_ptr<void> owner, std::shared_ptr<Driver> driver,
                                             ssh_message request) {
  auto stream = std::make_unique<ForwardStream>(std::move(owner), std::move(driver));
  if (!stream->accept(request)) return nullptr;
  return stream;
}

base::Task<std::unique_ptr<base::Duplex>> start_forward(std::shared_ptr<void> owner,
                                                        std::shared_ptr<Driver> driver, std::string address,
                                                        std::uint16_t port) {
  auto stream = std::make_unique<ForwardStream>(std::move(owner), std::move(driver));
  co_await stream->start(std::move(address), port);
  co_return stream;
}

}  // namespace mcpssh::ssh
