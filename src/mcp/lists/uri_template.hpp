#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/resource.hpp"

namespace mcpssh::mcp {

/// RFC 6570 as far as resources need it: {var}, which never holds "/", and {+var}, which holds anything.
/// Matching is unambiguous or fails: two variables are never neighbours.
class UriTemplate {
 public:
  /// Throws Error(invalid_argument) for other expressions, neighbours and names given twice.
  explicit UriTemplate(std::string_view text);

  /// The variables of a URI of this shape, none of them empty; nothing for any other, for bad
  /// percent-encoding and for ill-formed UTF-8 in a value.
  [[nodiscard]] std::optional<Variables> match(std::string_view uri) const;
  [[nodiscard]] bool has(std::string_view variable) const;

 private:
  struct Part {
    std::string name;       ///< of the variable in front of `literal`; empty in the first part
    bool reserved = false;  ///< {+name}
    std::string literal;
  };
  std::vector<Part> parts_;
};

}  // namespace mcpssh::mcp
