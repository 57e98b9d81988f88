#pragma once
#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/unique_fd.hpp"
#include "base/unix_socket.hpp"
#include "control/protocol.hpp"

namespace mcpssh::control {

/// An operator's side of a server's socket; nothing here waits. Owned by one thread.
class Client {
 public:
  /// Throws Error(not_found) when nobody serves it any more, Error(permission_denied), also when who serves
  /// it is not the user whose directory it is in, Error(connect_failed).
  explicit Client(const std::filesystem::path& socket);

  /// Throws Error(connection_lost).
  void send(const Wish& wish);
  using Answer = std::expected<base::json::object, base::Error>;
  /// To wait on: read_ready() is then to be called when it is readable. Gives every answer that is whole now,
  /// for two may come at once, and no second wake-up follows; often none. Throws Error(connection_lost).
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::vector<Answer> read_ready();
  /// Who serves it, by the kernel's word.
  [[nodiscard]] const base::UnixPeer& server() const { return server_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void read_some();
  std::optional<Answer> whole_answer();

  std::filesystem::path path_;
  base::UniqueFd fd_;
  base::UnixPeer server_;
  std::string unread_;
  std::size_t searched_ = 0;  ///< of unread_, for the end of an answer
};

}  // namespace mcpssh::control
