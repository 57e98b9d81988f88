#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/system_user.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// Runs shell text for real where nothing is real: a namespace without network, with an empty file system, in
/// which every program is a stub that only notes how it was called. Shells, what runs other programs (env,
/// xargs, find, ...) and what only moves text are noted and then really run. Needs root and bubblewrap; what
/// runs inside is a throwaway user's, bounded in time, processes and memory.
class Sandbox {
 public:
  using Argv = std::vector<std::string>;

  /// `names`: of the programs there are.
  explicit Sandbox(const std::set<std::string>& names);

  /// The programs that `shell` ("bash", "dash") really ran for `text`, in order; argv[0] without its
  /// directory.
  [[nodiscard]] std::vector<Argv> run(const std::string& shell, const std::string& text) const;

 private:
  void write_stubs(const std::set<std::string>& names);
  void choose_mounts();

  SystemUser user_;
  TempDir files_;
  std::vector<std::string> mounts_;  ///< for bwrap
};

}  // namespace mcpssh::test
