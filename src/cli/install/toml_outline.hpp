#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "cli/install/json_outline.hpp"

namespace mcpssh::cli {

/// `a.b = value`.
struct TomlAssignment {
  std::vector<std::string> path;
  base::json::value value;  ///< numbers, dates and booleans as the text they are written in
  Span span;                ///< from the key to the end of the value
};

/// What stands under one `[header]`; the first section has none.
struct TomlSection {
  std::vector<std::string> path;
  bool list = false;  ///< [[header]]
  Span span;          ///< whole lines, from the header's to the last assignment's
  std::vector<TomlAssignment> assignments;
};

struct TomlOutline {
  std::vector<TomlSection> sections;  ///< in file order, never empty
  std::vector<Span> said;             ///< contents of values and comments, in order
  std::vector<Span> comments;         ///< those of them that are comments
};

/// Reads TOML 1.0; the error names `file`, line and column. It is not held against a text that it defines a
/// key twice. Pure.
std::expected<TomlOutline, base::Error> outline_toml(std::string_view text, std::string_view file);

}  // namespace mcpssh::cli
