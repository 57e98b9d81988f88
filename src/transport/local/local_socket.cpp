#include "transport/local/local_socket.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <vector>

#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/slow_calls.hpp"
#include "base/unix_socket.hpp"

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
namespace fs = std::filesystem;
using base::because;
using base::Error;
using base::ErrorCode;
using base::Fault;
using Local = asio::local::stream_protocol;

constexpr int backlog = 128;

Error cannot(std::string_view what, const fs::path& path, int error) {
  return Error(Fault::listen_failed,
               "cannot " + std::string(what) + " " + path.string() + ": " + because(error));
}

/// Removes a socket whose server has died. Two servers must not take each other's place.
void make_room(const fs::path& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return;
  if (!S_ISSOCK(info.st_mode))
    throw Error(ErrorCode::invalid_config, path.string() + " is there and is no socket",
                "move it away, or choose another path");
  const auto probe = base::unix_socket();
  if (base::connect_unix(probe.get(), path) != ECONNREFUSED)
    throw Error(ErrorCode::invalid_config, "another server listens on " + path.string(),
                "stop it, or choose another path");
  if (::unlink(path.c_str()) != 0) throw cannot("remove the left-over socket", path, errno);
}

gid_t group_named(const std::string& name) {
  const auto found = base::group_id(name);
  if (!found)
    throw Error(ErrorCode::invalid_config, "there is no group " + name + " on this machine",
                "create it with: groupadd --system " + name);
  return *found;
}

/// Members of the group have to reach the socket in it.
void let_through(const fs::path& directory, gid_t group, const std::string& name) {
  if (::chown(directory.c_str(), static_cast<uid_t>(-1), group) != 0 || ::chmod(directory.c_str(), 0750) != 0)
    throw cannot("open to the group " + name + " the directory", directory, errno);
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

base::Task<base::Principal> principal_of(uid_t user, uid_t own) {
  const auto look = [user] { return base::user_name(user); };
  const auto name = co_await base::slow_call(look, std::chrono::seconds(5));
  if (!name)
    throw Error(ErrorCode::timed_out,
                "the account service does not say who user " + std::to_string(user) + " is, who connected",
                "see that getent passwd " + std::to_string(user) + " answers on this machine");
  base::Principal principal;
  principal.name = "user:" + *name;
  principal.via = user == own ? base::Via::stdio : base::Via::socket;
  principal.user = user;
  co_return principal;
}

base::UniqueFd listen_local(const LocalOptions& options) {
  const auto group = options.group.empty() ? std::optional<gid_t>() : group_named(options.group);
  if (!fs::exists(options.path.parent_path())) {
    base::ensure_private_directory(options.path.parent_path());
    if (group) let_through(options.path.parent_path(), *group, options.group);
  }
  make_room(options.path);
  auto fd = base::unix_socket();
  // The file gets this mode when it is made: at no moment may anybody else connect (unix(7)).
  if (::fchmod(fd.get(), 0600) != 0) throw cannot("listen on", options.path, errno);
  if (const int error = base::bind_unix(fd.get(), options.path); error != 0)
    throw cannot("listen on", options.path, error);
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
  client.user = base::unix_peer(socket.native_handle());
  client.descriptors.in = copy_of(socket.native_handle());
  client.descriptors.out = copy_of(socket.native_handle());
  co_return client;
}

base::UniqueFd connect_local(const fs::path& path) {
  auto fd = base::unix_socket();
  const int error = base::connect_unix(fd.get(), path);
  if (error == 0) return fd;
  const bool forbidden = error == EACCES || error == EPERM;
  throw Error(ErrorCode::connect_failed,
              "no mcp-ssh service answers on " + path.string() + ": " + because(error),
              forbidden ? "ask its owner for the group it serves (serve --socket-group)"
                        : "start one with: mcp-ssh serve --socket " + path.string());
}

}  // namespace mcpssh::transport
