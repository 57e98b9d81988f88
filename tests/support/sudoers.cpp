#include "support/sudoers.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/ids.hpp"
#include "support/process.hpp"

namespace mcpssh::test {

Sudoers::Sudoers(const std::string& lines)
    // sudo passes over names with a dot, so it never reads a half-written file.
    : path_("/etc/sudoers.d/mcpt-" + base::random_hex(4)), reaper_("rm -f " + path_ + " " + path_ + ".new") {
  const std::string written = path_ + ".new";
  std::ofstream(written) << lines;
  ::chmod(written.c_str(), 0440);
  run_ok({"/usr/sbin/visudo", "-cqf", written});
  std::filesystem::rename(written, path_);
}

}  // namespace mcpssh::test
