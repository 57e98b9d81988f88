#pragma once
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "hosts/snapshot.hpp"

/// Where servers and their operators meet: each server owns <pid>.sock in a directory of its user's.
namespace mcpssh::control {

/// Where a server puts its socket, the best place first: $XDG_RUNTIME_DIR/mcp-ssh, for a service
/// $RUNTIME_DIRECTORY or /run/mcp-ssh, and `run` in the state directory.
std::vector<std::filesystem::path> server_directories(const hosts::Environment& environment, bool service);
/// Where an operator looks: the own places and those of services, for root also every user's.
std::vector<std::filesystem::path> operator_directories(const hosts::Environment& environment);
/// The sockets in them, whether somebody serves them or not.
std::vector<std::filesystem::path> sockets_in(const std::vector<std::filesystem::path>& directories);

/// A server's socket, and its file while this lives.
class Place {
 public:
  /// Listens on <pid>.sock in the first of `directories` that is the own user's and where that is possible,
  /// those first that `group` can reach; removes sockets that dead servers left there. Only the own user and
  /// root may connect, and `group`, when it is given and can be given access. Throws Error.
  Place(const std::vector<std::filesystem::path>& directories, std::optional<gid_t> group);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Why the group's members cannot connect; empty when they can, or none was given.
  [[nodiscard]] const std::string& closed_because() const { return closed_because_; }
  /// To be accepted on, once.
  [[nodiscard]] base::UniqueFd take() { return std::move(listening_); }

 private:
  void listen_in(const std::filesystem::path& directory, std::optional<gid_t> group);
  [[nodiscard]] int remember(int directory, const std::string& name);
  void open_to(gid_t group, int directory, const std::string& name);

  std::filesystem::path path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  base::UniqueFd listening_;
  std::string closed_because_;
};

}  // namespace mcpssh::control
