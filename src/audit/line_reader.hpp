#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::audit {

/// One line of the file, or a piece of one too long to be a record.
struct RawLine {
  std::string_view bytes;    ///< without the newline; valid until the next read
  std::uint64_t offset = 0;  ///< in the file
  bool whole_start = true;   ///< false for the later pieces of an over-long line
  bool terminated = false;   ///< a newline follows; false at the end of the file and inside an over-long line
};

/// Reads [from, to) of a file as lines, in order, with bounded memory. Does not own the descriptor and does
/// not move its position.
class LineReader {
 public:
  LineReader(int fd, std::uint64_t from, std::uint64_t to);

  /// Nothing at the end. Throws base::Error(io_error) when the file cannot be read or is shorter than `to`.
  std::optional<RawLine> next();

 private:
  void fill();

  int fd_;
  std::uint64_t read_to_, to_;
  std::string buffer_;
  std::size_t begin_ = 0,
              searched_ = 0;  ///< in buffer_: start of the next line, bytes known to hold no newline
  bool inside_line_ = false;
};

/// Exactly [from, from + size) of a file. Throws base::Error(io_error).
std::string read_exactly(int fd, std::uint64_t from, std::size_t size);

}  // namespace mcpssh::audit
