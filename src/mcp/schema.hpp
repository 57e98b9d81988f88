#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace mcpssh::mcp {

/// One parameter of a tool. Schema, parsing and validation all come from this
/// one definition.
struct Parameter {
  /// `texts`: an object whose members are all strings.
  enum class Type { string, integer, number, boolean, texts } type = Type::string;
  std::string name;
  std::string description;
  bool required = false;
  std::vector<std::string> alias;  ///< other names accepted for it; not in the schema
  std::optional<double> minimum, maximum;
  std::optional<std::size_t> max_length;  ///< bytes of a string
  std::vector<std::string> one_of;        ///< closed set of strings
  std::string header;                     ///< x-mcp-header, empty for none
};

/// Validated arguments: every value has its parameter's type and range; aliases
/// are resolved.
class Arguments {
 public:
  explicit Arguments(base::json::object values) : values_(std::move(values)) {}
  [[nodiscard]] const base::json::object& values() const { return values_; }
  [[nodiscard]] std::optional<std::string> string(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;  ///< false when absent
  /// The members of a Type::texts in the order they came; empty when absent.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> texts(std::string_view name) const;

 private:
  base::json::object values_;
};

/// JSON Schema (2020-12) of a tool's arguments: root type object,
/// additionalProperties false.
base::json::object input_schema(const std::vector<Parameter>& parameters);

/// The error names the field, what came and what was expected, and for an
/// unknown field the nearest known name.
std::expected<Arguments, base::Error> validate(const std::vector<Parameter>& parameters,
                                               const base::json::object& arguments);

}  // namespace mcpssh::mcp
