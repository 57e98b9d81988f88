#include "base/unix_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"

namespace mcpssh::base {
namespace {

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.empty() || text.size() >= sizeof address.sun_path)
    throw Error(Fault::listen_address, "the socket's path " + text + " is empty or too long",
                "choose one of at most " + std::to_string(sizeof address.sun_path - 1) + " bytes");
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

}  // namespace

UniqueFd unix_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw Error(ErrorCode::io_error, "cannot make a socket: " + because(errno));
  return fd;
}

int bind_unix(int fd, const std::filesystem::path& path) {
  const auto address = address_of(path);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

int connect_unix(int fd, const std::filesystem::path& path) {
  const auto address = address_of(path);
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

UnixPeer unix_peer_process(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    throw Error(ErrorCode::io_error, "the kernel does not tell who connects: " + because(errno));
  return {peer.uid, peer.pid};
}

uid_t unix_peer(int fd) {
  return unix_peer_process(fd).user;
}

}  // namespace mcpssh::base
