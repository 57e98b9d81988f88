#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// Which options a program knows: letters, and long names between blanks. Long names may be shortened as
/// getopt_long allows.
struct OptionTable {
  std::string_view flags;        ///< letters without a value
  std::string_view valued;       ///< letters with a value, attached or in the next word
  std::string_view long_flags;   ///< "force recursive"; may carry an optional =value
  std::string_view long_valued;  ///< "user chdir"
};

struct Option {
  std::string name;  ///< one letter, or the full long name
  Field value;       ///< empty when there is none
};

/// What getopt would make of the words of one command.
struct Options {
  std::vector<Option> options;
  std::vector<Field> operands;
  std::size_t first_operand = 0;       ///< index into the words, for programs whose options end there
  std::optional<std::string> unknown;  ///< the first option that is not in the table
  bool splits = false;                 ///< a word was skipped that may turn out to be several

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] const Field* find(std::string_view name) const;
};

/// Reads `words` from `from`. `permute`: options may follow operands, as in GNU programs; otherwise the first
/// operand ends them and is where `first_operand` points.
Options read_options(Words words, std::size_t from, const OptionTable& table, bool permute);
/// Reads the options `words` has from `from` on, up to the first operand; of the operands only the place.
Options read_leading_options(Words words, std::size_t from, const OptionTable& table);

/// The long option that `name` stands for: itself, or the first one it begins. Empty when there is none.
std::string_view long_option(std::string_view name, std::string_view names);

}  // namespace mcpssh::guard
