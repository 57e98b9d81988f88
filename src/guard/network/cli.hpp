#pragma once
#include <string_view>

#include "guard/network/cli_state.hpp"
#include "guard/shell/reader.hpp"

namespace mcpssh::guard {

/// Reads text typed into the command line of a network device: lines, unique beginnings of keywords, modes,
/// pipes to display filters, lines and code carried by other lines. Descriptions, remarks, names and banners
/// are data. `platform`: as hosts.yaml names it; empty or not known: only plain show lines read, everything
/// else asks. `state` is left as the lines would leave the device; what goes on in the next line stands in
/// its `open`, and comes back in front of that line's text.
Reading read_cli(std::string_view text, std::string_view platform, CliState& state);

}  // namespace mcpssh::guard
