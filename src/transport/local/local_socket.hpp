#pragma once
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/principal.hpp"
#include "base/task.hpp"
#include "base/unique_fd.hpp"
#include "transport/stdio.hpp"

/// MCP over a UNIX socket: the framing of stdio, and the kernel's word for who is at the other end (unix(7),
/// SO_PEERCRED).
namespace mcpssh::transport {

/// A client that has connected.
struct LocalClient {
  StdioDescriptors descriptors;
  uid_t user = 0;
};

/// Who a process of `user` is to a server of `own`. The server's own user could start a server as well, so it
/// counts as on stdio; everybody else is told apart, and elicitation is not a person's word: whoever holds
/// the socket answers it. Asks the account service for the name on another thread, and throws
/// Error(timed_out) when that gives no answer within 5 s: by another name it would be somebody else.
base::Task<base::Principal> principal_of(uid_t user, uid_t own);

struct LocalOptions {
  std::filesystem::path path;
  std::string group;  ///< may connect too (mode 0660); empty: the server's user and root only (0600)
};

/// Binds and listens. A socket that nobody serves any more is replaced. Throws Error(invalid_config) for a
/// path too long, taken by something else or served by another server, and for an unknown group;
/// Error(io_error). The file is the caller's to remove.
base::UniqueFd listen_local(const LocalOptions& options);

/// A listening socket in the file system. Lives on one executor.
class LocalListener {
 public:
  /// See listen_local().
  LocalListener(base::Executor executor, const LocalOptions& options);
  /// Takes over a socket that already listens (systemd.socket(5)); its file stays. Throws Error(io_error).
  LocalListener(base::Executor executor, base::UniqueFd listening);
  /// Removes the file it made.
  ~LocalListener();
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;

  /// The next client. Throws Error(io_error), after which it may be called again: descriptors may have run
  /// out for a moment.
  base::Task<LocalClient> accept();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The client's side. Throws Error(connect_failed) that names the path.
base::UniqueFd connect_local(const std::filesystem::path& path);

}  // namespace mcpssh::transport
