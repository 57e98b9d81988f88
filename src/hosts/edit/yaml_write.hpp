#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/yaml_tree.hpp"

/// Values as YAML text, written the way a person would.
namespace mcpssh::hosts {

YamlNode yaml_scalar(std::string text);
YamlNode yaml_list(const std::vector<std::string>& texts);
YamlNode yaml_mapping(std::vector<std::pair<std::string, YamlNode>> fields);

/// How a block is laid out.
struct YamlLayout {
  std::size_t indent = 0;  ///< of its keys
  std::size_t step = 2;    ///< from a key to what is below it
  std::string_view line_break = "\n";
};

/// A text as a scalar that reads back as this text, in block and in flow; quoted only where it must be.
std::string written_scalar(std::string_view text);
/// On one line: `[a, {b: c}]`.
std::string written_flow(const YamlNode& value);
/// The lines `key: value`, nested values below it; each line ends with the layout's line break.
std::string written_entry(std::string_view key, const YamlNode& value, const YamlLayout& layout);
/// The lines of one `- item` of a list.
std::string written_item(const YamlNode& value, const YamlLayout& layout);
/// The lines of a mapping's or list's values, as they stand below its key; `layout.indent` is theirs.
std::string written_block(const YamlNode& collection, const YamlLayout& layout);
/// What stands behind the key when the value fits there: not for mappings and long lists.
bool fits_on_a_line(const YamlNode& value);

}  // namespace mcpssh::hosts
