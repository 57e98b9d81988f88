#pragma once
#include <chrono>

#include "base/limits.hpp"

namespace mcpssh::tools {

/// Times of the tools. The defaults are for use; tests turn them down.
struct Options {
  /// After this long a call answers that the command runs on.
  std::chrono::milliseconds answer_within = base::limits::answer_within;
  /// Between two progress notifications about one long command.
  std::chrono::milliseconds progress_every = std::chrono::seconds(5);
};

}  // namespace mcpssh::tools
