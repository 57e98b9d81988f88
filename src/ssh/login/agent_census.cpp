#include "ssh/login/agent_census.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <limits>
#include <string_view>

#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/unix_socket.hpp"
#include "ssh/login/agent_identities.hpp"
#include "ssh/session/wire.hpp"

namespace mcpssh::ssh {
namespace {

using base::Error;
using base::ErrorCode;

constexpr char request_identities = 11, identities_answer = 12;
/// OpenSSH's own bound (AGENT_MAX_LEN).
constexpr std::size_t max_message = std::size_t{256} * 1024;

Error no_answer(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) return {ErrorCode::timed_out, "the agent gives no answer"};
  return {ErrorCode::connect_failed, "the agent hangs up" + (error == 0 ? "" : ": " + base::because(error))};
}

void limit_waits(int fd, std::chrono::milliseconds timeout) {
  timeval limit{};
  limit.tv_sec = static_cast<time_t>(timeout.count() / 1000);
  limit.tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/// One message, without its length.
std::string read_answer(int fd, std::chrono::steady_clock::time_point deadline) {
  std::string received;
  std::array<char, 4096> chunk;
  for (;;) {
    std::string_view rest = received;
    const auto size = wire::take_number(rest);
    if (size && (*size == 0 || *size > max_message))
      throw Error(ErrorCode::protocol_error, "it sends a message of a wrong size");
    if (size && rest.size() >= *size) return std::string(rest.substr(0, *size));
    const auto n = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw no_answer(n == 0 ? 0 : errno);
    if (std::chrono::steady_clock::now() > deadline) throw no_answer(EAGAIN);
    received.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

AgentCensus agent_census(const std::string& socket, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto fd = base::unix_socket();
  limit_waits(fd.get(), timeout);
  if (const int error = base::connect_unix(fd.get(), socket); error != 0)
    throw Error(ErrorCode::connect_failed, "nothing answers there: " + base::because(error));
  std::string question;
  wire::put_string(question, std::string_view(&request_identities, 1));
  if (::send(fd.get(), question.data(), question.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(question.size()))
    throw no_answer(errno);
  const std::string answer = read_answer(fd.get(), deadline);
  std::string_view rest = answer;
  if (rest.front() != identities_answer)
    throw Error(ErrorCode::protocol_error, "it does not say which keys it holds");
  rest.remove_prefix(1);
  const auto held = wire::take_number(rest);
  if (!held) throw Error(ErrorCode::protocol_error, "it does not say how many keys it holds");
  IdentityFilter all;
  all.max_keys = std::numeric_limits<std::size_t>::max();
  return {*held, usable_identities(answer, all).held};
}

}  // namespace mcpssh::ssh
