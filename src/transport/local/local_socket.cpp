#include "transport/local/local_socket.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using Local = asio::local::stream_protocol;

constexpr int backlog = 128;

std::string because(int error) {
  return std::generic_category().message(error);
}

Error cannot(std::string_view what, const fs::path& path, int error) {
  return Error(ErrorCode::io_error,
               "cannot " + std::string(what) + " " + path.string() + ": " + because(error));
}

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.empty() || text.size() >= sizeof address.sun_path)
    throw Error(ErrorCode::invalid_config, "the socket's path " + text + " is empty or too long",
                "choose one of at most " + std::to_string(sizeof address.sun_path - 1) + " bytes");
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

base::UniqueFd new_socket() {
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw Error(ErrorCode::io_error, "cannot make a socket: " + because(errno));
  return fd;
}

/// 0, or the errno.
int try_connect(int fd, const fs::path& path) {
  const auto address = address_of(path);
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

/// Removes a socket whose server has died. Two servers must not take each other's place.
void make_room(const fs::path& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return;
  if (!S_ISSOCK(info.st_mode))
    throw Error(ErrorCode::invalid_config, path.string() + " is there and is no socket",
                "move it away, or choose another path");
  const auto probe = new_socket();
  if (try_connect(probe.get(), path) != ECONNREFUSED)
    throw Error(ErrorCode::invalid_config, "another server listens on " + path.string(),
                "stop it, or choose another path");
  if (::unlink(path.c_str()) != 0) throw cannot("remove the left-over socket", path, errno);
}

gid_t group_named(const std::string& name) {
  std::vector<char> room(16 * 1024);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
  if (found == nullptr)
    throw Error(ErrorCode::invalid_config, "there is no group " + name + " on this machine",
                "create it with: groupadd --system " + name);
  return found->gr_gid;
}

std::string user_named(uid_t user) {
  std::vector<char> room(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, room.data(), room.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(user);
}

/// Members of the group have to reach the socket in it.
void let_through(const fs::path& directory, gid_t group, const std::string& name) {
  if (::chown(directory.c_str(), static_cast<uid_t>(-1), group) != 0 || ::chmod(directory.c_str(), 0750) != 0)
    throw cannot("open to the group " + name + " the directory", directory, errno);
}

ucred credentials_of(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    throw Error(ErrorCode::io_error, "the kernel does not tell who connects: " + because(errno));
  return peer;
}

base::UniqueFd copy_of(int fd) {
  base::UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) throw Error(ErrorCode::io_error, "cannot serve a client: " + because(errno));
  return copy;
}

}  // namespace

struct LocalListener::State {
  State(const base::Executor& executor, base::UniqueFd listening) : acceptor(executor) {
    boost::system::error_code error;
    acceptor.assign(Local(), listening.get(), error);
    if (error) throw Error(ErrorCode::io_error, "cannot accept clients on the socket: " + error.message());
    [[maybe_unused]] const int taken = listening.release();
  }
  Local::acceptor acceptor;
  fs::path made;  ///< the file to remove; empty: it is not ours
};

base::Principal principal_of(uid_t user, uid_t own) {
  base::Principal principal;
  principal.name = "user:" + user_named(user);
  principal.via = user == own ? base::Via::stdio : base::Via::socket;
  return principal;
}

base::UniqueFd listen_local(const LocalOptions& options) {
  const auto address = address_of(options.path);
  const auto group = options.group.empty() ? std::optional<gid_t>() : group_named(options.group);
  if (!fs::exists(options.path.parent_path())) {
    base::ensure_private_directory(options.path.parent_path());
    if (group) let_through(options.path.parent_path(), *group, options.group);
  }
  make_room(options.path);
  auto fd = new_socket();
  // The file gets this mode when it is made: at no moment may anybody else connect (unix(7)).
  if (::fchmod(fd.get(), 0600) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw cannot("listen on", options.path, errno);
  if (group && (::chown(options.path.c_str(), static_cast<uid_t>(-1), *group) != 0 ||
                ::chmod(options.path.c_str(), 0660) != 0))
    throw cannot("give the group " + options.group + " access to", options.path, errno);
  if (::listen(fd.get(), backlog) != 0) throw cannot("listen on", options.path, errno);
  return fd;
}

LocalListener::LocalListener(base::Executor executor, const LocalOptions& options)
    : state_(std::make_unique<State>(executor, listen_local(options))) {
  state_->made = options.path;
}

LocalListener::LocalListener(base::Executor executor, base::UniqueFd listening)
    : state_(std::make_unique<State>(executor, std::move(listening))) {}

LocalListener::~LocalListener() {
  if (!state_->made.empty()) ::unlink(state_->made.c_str());
}

base::Task<LocalClient> LocalListener::accept() {
  boost::system::error_code error;
  auto socket = co_await state_->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) throw Error(ErrorCode::io_error, "cannot accept a client: " + error.message());
  LocalClient client;
  client.user = credentials_of(socket.native_handle()).uid;
  client.principal = principal_of(client.user, ::geteuid());
  client.descriptors.in = copy_of(socket.native_handle());
  client.descriptors.out = copy_of(socket.native_handle());
  co_return client;
}

base::UniqueFd connect_local(const fs::path& path) {
  auto fd = new_socket();
  const int error = try_connect(fd.get(), path);
  if (error == 0) return fd;
  const bool forbidden = error == EACCES || error == EPERM;
  throw Error(ErrorCode::connect_failed,
              "no mcp-ssh service answers on " + path.string() + ": " + because(error),
              forbidden ? "ask its owner for the group it serves (serve --socket-group)"
                        : "start one with: mcp-ssh serve --socket " + path.string());
}

}  // namespace mcpssh::transport
