#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mcpssh::transport {

/// One line, or Error(limit_reached) in the place of one that was too long.
using Line = std::expected<std::string, base::Error>;

/// Cuts bytes into lines at LF; a CR before it goes too, and blank lines are
/// left out. Keeps at most `most_bytes` of an unfinished line; a longer one is
/// skipped to its end and reported once.
class LineFramer {
 public:
  explicit LineFramer(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// The lines that `bytes` finish.
  std::vector<Line> feed(std::string_view bytes);
  /// At the end of the stream: what came after the last newline.
  std::optional<Line> finish();

 private:
  void keep(std::string_view piece);
  std::optional<Line> end_line();

  std::size_t most_bytes_;
  std::string partial_;
  bool skipping_ = false;
};

}  // namespace mcpssh::transport
