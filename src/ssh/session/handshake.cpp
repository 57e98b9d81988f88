#include "ssh/session/handshake.hpp"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/faults.hpp"
#include "ssh/session/race.hpp"
#include "ssh/trust/algorithms.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
using base::Fault;
using namespace std::chrono_literals;
namespace {

/// RFC 4253 section 4.2 lets a server say lines before its version. Tarpits say them for ever.
constexpr std::uint64_t introduction_bytes = 64 * 1024;
constexpr auto introduction_time = 10s;

/// Steps the connection until the peer has introduced itself, or `connected`: stepping it again after that
/// would start all over.
class Introduction {
 public:
  Introduction(std::shared_ptr<Driver> driver, bool& connected)
      : driver_(std::move(driver)), connected_(&connected) {}
  int operator()(ssh_session session) {
    const int rc = driver_->connect();
    *connected_ = rc == SSH_OK;
    if (rc != SSH_AGAIN) return rc;
    if (ssh_get_serverbanner(session) != nullptr) return SSH_OK;
    if (driver_->bytes_in() <= introduction_bytes) return SSH_AGAIN;
    throw Error(ErrorCode::handshake_failed, "it sends line after line");
  }

 private:
  std::shared_ptr<Driver> driver_;
  bool* connected_;
};

base::Task<int> shake(std::shared_ptr<Driver> driver, bool& introduced_itself) {
  const auto deadline = std::chrono::steady_clock::now() + introduction_time;
  bool connected = false;
  const Introduction introduction(driver, connected);
  auto introducing = driver->drive(introduction);
  auto introduced = co_await within(deadline, std::move(introducing));
  if (!introduced) throw Error(ErrorCode::handshake_failed, "not within 10 s");
  introduced_itself = *introduced == SSH_OK;
  if (!introduced_itself || connected) co_return *introduced;
  const auto call = [&driver](ssh_session) { return driver->connect(); };
  co_return co_await driver->drive(call);
}

Error no_session(const Way& way, const std::string& why, const Algorithms& extra, bool introduced) {
  auto said = algorithms::explain(why, extra);
  const auto fault = !said.next_move.empty() ? Fault::algorithms_differ
                     : introduced            ? Fault::handshake_failed
                                             : Fault::not_ssh;
  if (const auto complaint = way.complaint ? way.complaint() : std::string(); !complaint.empty())
    said.cause += "; " + complaint;
  if (said.next_move.empty()) said.next_move = "check that an SSH server listens there";
  return Error(fault, fmt::format("no SSH session with {}: {}", way.link.address, said.cause),
               said.next_move);
}

}  // namespace

base::Task<OwnedDriver> handshake(Way way, SessionOptions options, const Algorithms& extra) {
  auto executor = co_await base::asio::this_coro::executor;
  OwnedDriver driver(std::make_shared<Driver>(executor, std::move(way.link.socket), options));
  driver->start();
  std::string why;
  bool introduced_itself = false;
  try {
    const int rc = co_await shake(driver.shared(), introduced_itself);
    if (rc == SSH_OK) co_return driver;
    why = driver->last_error();
  } catch (const Error& error) {
    why = driver->alive() ? error.cause() : driver->end_reason();
  }
  // One segment may bring the introduction and what made the exchange fail.
  if (!introduced_itself && !why.contains("no match for method"))
    why = "it does not introduce itself as an SSH server (" + why + ")";
  throw no_session(way, why, extra, introduced_itself);
}

}  // namespace mcpssh::ssh
