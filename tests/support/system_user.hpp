#pragma once
#include <string>
#include <vector>

#include "support/reaper.hpp"

namespace mcpssh::test {

/// A throwaway system user with a password, for servers that only know real ones. Needs root; throws
/// std::runtime_error otherwise. Its processes, the user and its home are gone afterwards, also when the test
/// is killed.
class SystemUser {
 public:
  /// `groups`: supplementary groups that must exist.
  explicit SystemUser(const std::vector<std::string>& groups = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& password() const { return password_; }
  [[nodiscard]] const std::string& home() const { return home_; }

 private:
  std::string name_, password_, home_;
  Reaper reaper_;
};

/// The name of the user this process runs as.
std::string current_user();

}  // namespace mcpssh::test
