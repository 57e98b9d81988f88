#pragma once
#include <string_view>

#include "guard/reader.hpp"

namespace mcpssh::guard {

/// Reads text typed into the command line of a network device: lines, unique prefixes of keywords, pipes to
/// display filters. Findings come from the words at the start of a line; descriptions, remarks, names and
/// banners are data.
Reading read_cli(std::string_view text);

}  // namespace mcpssh::guard
