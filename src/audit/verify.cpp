#include "audit/verify.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "audit/chain_check.hpp"
#include "audit/journal_file.hpp"
#include "audit/line_reader.hpp"
#include "audit/readable.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::audit {
namespace {

base::UniqueFd open_to_read(const std::filesystem::path& file) {
  base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (fd) return fd;
  const auto code = errno == ENOENT                     ? base::ErrorCode::not_found
                    : errno == EACCES || errno == EPERM ? base::ErrorCode::permission_denied
                                                        : base::ErrorCode::io_error;
  throw base::Error(
      code, "cannot read the audit journal " + file.string() + ": " + std::system_category().message(errno),
      "check the path (settings.audit_log) and its permissions");
}

/// The length of the file between two commits, so that a line being written does not look cut.
std::uint64_t settled_size(int fd) {
  while (::flock(fd, LOCK_SH) != 0)
    if (errno != EINTR) return file_size(fd);
  const std::uint64_t size = file_size(fd);
  ::flock(fd, LOCK_UN);
  return size;
}

}  // namespace

std::expected<Verification, base::Error> verify(const std::filesystem::path& file,
                                                const std::optional<Anchor>& anchor) {
  try {
    const base::UniqueFd fd = open_to_read(file);
    ChainCheck check(anchor);
    LineReader lines(fd.get(), 0, settled_size(fd.get()));
    while (const auto line = lines.next()) check.line(*line);
    return check.finish();
  } catch (const base::Error& error) {
    return std::unexpected(error);
  }
}

std::expected<std::vector<std::string>, base::Error> tail(const std::filesystem::path& file,
                                                          std::size_t count) {
  try {
    const base::UniqueFd fd = open_to_read(file);
    const std::uint64_t size = settled_size(fd.get());
    std::vector<std::string> readable;
    LineReader lines(fd.get(), start_of_last_lines(fd.get(), size, count), size);
    while (const auto line = lines.next())
      if (line->whole_start) readable.push_back(readable_line(line->bytes));
    return readable;
  } catch (const base::Error& error) {
    return std::unexpected(error);
  }
}

}  // namespace mcpssh::audit
