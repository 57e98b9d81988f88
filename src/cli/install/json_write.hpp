#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace mcpssh::cli {

/// How a file writes its JSON.
struct JsonLayout {
  std::string line_break = "\n";
  std::string unit = "  ";  ///< one level of indentation
  bool one_line = false;    ///< objects stay on the line they begin on
  std::string colon = ": ";
  std::string comma = ", ";  ///< between values of one line
};

/// `value` as text; `indent` is that of the line it begins on. Lists stay on one line.
std::string written_json(const base::json::value& value, const JsonLayout& layout, const std::string& indent);

}  // namespace mcpssh::cli
