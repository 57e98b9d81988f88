#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/host.hpp"

namespace mcpssh::hosts {

/// One value of a YAML document with its line. A value; children of a mapping know their key.
/// Our own tree rather than YAML::Node, which drops duplicate keys and shares aliases without bound.
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  int line = 0;      ///< counted from 1
  std::string text;  ///< of a scalar, quotes and escapes undone
  std::string key;   ///< when this is a value of a mapping
  int key_line = 0;
  std::vector<YamlNode> items;  ///< of a sequence, or the values of a mapping, in file order

  /// The value of `name` in a mapping, or null.
  [[nodiscard]] const YamlNode* find(std::string_view name) const;
};

namespace limits {
/// 10,000 hosts with 20 keys each, and room.
inline constexpr std::size_t yaml_bytes = 4 * 1024 * 1024;
/// After aliases are expanded: a file of aliases to aliases must not fill the memory.
inline constexpr std::size_t yaml_nodes = 400'000;
inline constexpr std::size_t yaml_text_bytes = 16 * 1024 * 1024;
/// hosts.yaml is five deep.
inline constexpr std::size_t yaml_depth = 16;
}  // namespace limits

/// What becomes of a value with a tag that is not YAML's own.
enum class YamlTags {
  refused,
  left_out,  ///< it reads as null: another program's file (`!vault`)
};

/// Reads one YAML document, aliases expanded and merge keys (`<<`) applied; a null node when there is none.
/// Throws base::Error(invalid_config) with "file:line:column" for what is not YAML and with "file:line" for
/// duplicate keys, foreign tags, a second document, control characters, and what is over a limit. Nothing
/// else escapes.
YamlNode read_yaml(std::string_view text, const std::string& file, YamlTags tags = YamlTags::refused);

}  // namespace mcpssh::hosts
