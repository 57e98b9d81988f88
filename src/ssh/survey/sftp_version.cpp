#include "ssh/survey/sftp_version.hpp"

#include "base/text.hpp"
#include "ssh/session/race.hpp"
#include "ssh/session/wire.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
namespace {

constexpr char fxp_init = 1, fxp_version = 2;
constexpr std::uint32_t our_version = 3;
/// The version and what extensions a server names.
constexpr std::size_t most_bytes = std::size_t{64} * 1024;

std::string hello() {
  std::string message;
  wire::put_number(message, 5);
  message += fxp_init;
  wire::put_number(message, our_version);
  return message;
}

base::Task<std::uint32_t> greet(std::shared_ptr<Connection> connection) {
  const auto stream = co_await connection->open_subsystem("sftp");
  co_await stream->write(hello());
  std::string received;
  for (;;) {
    const std::string more = co_await stream->read();
    if (more.empty())
      throw Error(ErrorCode::channel_failed, "the sftp subsystem ends at once",
                  "check the Subsystem line of sshd_config: the program it names may not be installed");
    received += more;
    const auto version = parse_sftp_version(received);
    if (!version) throw Error(version.error());
    if (*version) co_return **version;
  }
}

}  // namespace

std::expected<std::optional<std::uint32_t>, Error> parse_sftp_version(std::string_view received) {
  const auto all = received;
  const auto size = wire::take_number(received);
  if (!size) return std::nullopt;
  if (*size < 5 || *size > most_bytes || (!received.empty() && received.front() != fxp_version))
    return std::unexpected(Error(
        ErrorCode::protocol_error,
        "what answers as sftp is no SFTP server: it says \"" + base::printable(all.substr(0, 60)) + "\"",
        "login scripts there must print nothing without a terminal (~/.bashrc, ~/.cshrc)"));
  if (received.size() < *size) return std::nullopt;
  received.remove_prefix(1);
  return wire::take_number(received);
}

base::Task<std::uint32_t> sftp_version(std::shared_ptr<Connection> connection,
                                       std::chrono::milliseconds timeout) {
  const auto version = co_await within(std::chrono::steady_clock::now() + timeout, greet(connection));
  if (!version)
    throw Error(ErrorCode::timed_out, "the sftp subsystem says nothing",
                "check the Subsystem line of sshd_config");
  co_return *version;
}

}  // namespace mcpssh::ssh
