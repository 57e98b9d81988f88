#pragma once
#include <string>

#include "support/reaper.hpp"

namespace mcpssh::test {

/// Lines in a file of their own below /etc/sudoers.d, for as long as this lives; also gone when the test is
/// killed. Needs root and sudo; throws std::runtime_error when visudo does not like them.
class Sudoers {
 public:
  explicit Sudoers(const std::string& lines);

 private:
  std::string path_;
  Reaper reaper_;
};

}  // namespace mcpssh::test
