#include "cli/service/activation.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::Fault;

/// The first one handed over (sd_listen_fds(3)).
constexpr int first_fd = 3;
constexpr int most_fds = 16;

std::string take(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  ::unsetenv(name);
  return text;
}

int number(const std::string& text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? value : 0;
}

int option(int socket, int which) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(socket, SOL_SOCKET, which, &value, &size) != 0) return -1;
  return value;
}

Error unusable(const std::string& name, std::string why) {
  return Error(Fault::listen_address,
               "the socket \"" + base::printable(name, 40) + "\" of the supervisor " + std::move(why),
               "give at most one stream socket each with FileDescriptorName= http, mcp and admin, and leave "
               "Accept= off");
}

base::UniqueFd& place_for(ActivatedSockets& sockets, int socket, const std::string& name) {
  const int family = option(socket, SO_DOMAIN);
  const bool local = family == AF_UNIX;
  if (name == "admin") return sockets.admin;
  if (local && name == "http") throw unusable(name, "is no TCP socket");
  if (!local && name == "mcp") throw unusable(name, "is no UNIX socket");
  return local ? sockets.mcp : sockets.http;
}

}  // namespace

ActivatedSockets sort_sockets(std::vector<base::UniqueFd> sockets, const std::vector<std::string>& names) {
  ActivatedSockets sorted;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const std::string name = i < names.size() ? names[i] : "";
    const int fd = sockets[i].get();
    if (option(fd, SO_ACCEPTCONN) != 1 || option(fd, SO_TYPE) != SOCK_STREAM)
      throw unusable(name, "is no stream socket that listens");
    auto& place = place_for(sorted, fd, name);
    if (place) throw unusable(name, "is the second one of its kind");
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    place = std::move(sockets[i]);
  }
  return sorted;
}

ActivatedSockets activated_sockets() {
  const auto whose = take("LISTEN_PID");
  const int count = number(take("LISTEN_FDS"));
  const auto named = take("LISTEN_FDNAMES");
  if (number(whose) != ::getpid() || count <= 0) return {};
  if (count > most_fds) throw unusable(named, "comes with too many others");
  std::vector<base::UniqueFd> sockets;
  for (int fd = first_fd; fd < first_fd + count; ++fd) sockets.emplace_back(fd);
  std::vector<std::string> names;
  for (const auto name : base::split(named, ':')) names.emplace_back(name);
  return sort_sockets(std::move(sockets), names);
}

}  // namespace mcpssh::cli
