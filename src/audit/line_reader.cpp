#include "audit/line_reader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "audit/line.hpp"
#include "base/error.hpp"

namespace mcpssh::audit {
namespace {

/// Large enough that system calls do not count, small enough for the cache.
constexpr std::size_t chunk_bytes = 256 * 1024;

void read_into(int fd, std::uint64_t from, char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::pread(fd, out, size, static_cast<off_t>(from));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw base::Error(base::ErrorCode::io_error,
                        "cannot read the audit journal: " + std::system_category().message(errno));
    if (n == 0)
      throw base::Error(base::ErrorCode::io_error, "the audit journal became shorter while it was read");
    out += n;
    from += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
}

}  // namespace

LineReader::LineReader(int fd, std::uint64_t from, std::uint64_t to) : fd_(fd), read_to_(from), to_(to) {}

void LineReader::fill() {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  const std::size_t more = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, to_ - read_to_));
  const std::size_t had = buffer_.size();
  buffer_.resize(had + more);
  read_into(fd_, read_to_, buffer_.data() + had, more);
  read_to_ += more;
}

std::optional<RawLine> LineReader::next() {
  for (;;) {
    const auto newline = buffer_.find('\n', searched_);
    const bool found = newline != std::string::npos;
    const bool at_end = !found && read_to_ == to_;
    const bool too_long = !found && buffer_.size() - begin_ > max_line_bytes;
    if (at_end && begin_ == buffer_.size()) return std::nullopt;
    if (found || at_end || too_long) {
      const std::size_t end = found ? newline : buffer_.size();
      RawLine line;
      line.bytes = std::string_view(buffer_).substr(begin_, end - begin_);
      line.offset = read_to_ - (buffer_.size() - begin_);
      line.whole_start = !inside_line_;
      line.terminated = found;
      inside_line_ = !found;
      begin_ = searched_ = found ? end + 1 : end;
      return line;
    }
    searched_ = buffer_.size();
    fill();
  }
}

std::string read_exactly(int fd, std::uint64_t from, std::size_t size) {
  std::string bytes(size, '\0');
  read_into(fd, from, bytes.data(), size);
  return bytes;
}

}  // namespace mcpssh::audit
