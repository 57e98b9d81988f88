#include "base/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mcpssh::base {

UniqueFd lock_beside(const std::filesystem::path& file) {
  ensure_private_directory(file.parent_path());
  const auto path = file.string() + ".lock";
  UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  while (lock && ::flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) lock.reset();
  if (!lock)
    throw Error(ErrorCode::io_error, "cannot lock " + path + ": " + std::generic_category().message(errno));
  return lock;
}

}  // namespace mcpssh::base
