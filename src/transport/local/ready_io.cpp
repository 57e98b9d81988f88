#include "transport/local/ready_io.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "transport/local/blocking_io.hpp"

namespace mcpssh::transport {
namespace {

bool not_now(int error) {
  return error == EINTR || error == EAGAIN || error == EWOULDBLOCK;
}

/// A pipe that polls as writable has room for PIPE_BUF bytes. One without a reader is left to write_all: it
/// knows how to say so.
ssize_t write_to_pipe(int fd, std::string_view bytes) {
  pollfd ready{fd, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLERR) != 0) {
    errno = EAGAIN;
    return -1;
  }
  return ::write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

}  // namespace

Descriptor kind_of(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return Descriptor::other;
  if (S_ISFIFO(info.st_mode)) return Descriptor::pipe;
  return S_ISSOCK(info.st_mode) ? Descriptor::socket : Descriptor::other;
}

std::optional<std::string> read_ready(int fd, Descriptor kind) {
  std::string bytes;
  ssize_t count = 0;
  bytes.resize_and_overwrite(read_bytes, [&](char* into, std::size_t room) {
    count = kind == Descriptor::socket ? ::recv(fd, into, room, MSG_DONTWAIT) : ::read(fd, into, room);
    return static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  });
  if (count < 0 && not_now(errno)) return std::nullopt;
  if (count < 0) throw lost("reading from the MCP client failed", errno);
  return bytes;
}

std::size_t write_ready(int fd, Descriptor kind, std::string_view bytes) {
  const std::size_t all = bytes.size();
  while (!bytes.empty() && kind != Descriptor::other) {
    const auto count = kind == Descriptor::socket
                           ? ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                           : write_to_pipe(fd, bytes);
    if (count < 0 && not_now(errno)) break;
    if (count < 0) throw lost("writing to the MCP client failed", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return all - bytes.size();
}

}  // namespace mcpssh::transport
