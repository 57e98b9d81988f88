#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::hosts {

/// One value of a YAML text by where it stands. Aliases are not followed, merge keys not applied.
struct YamlSpot {
  enum class Kind { null, scalar, sequence, mapping, alias };
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  Kind kind = Kind::null;
  bool flow = false;            ///< a mapping in braces, a sequence in brackets
  std::size_t begin = nowhere;  ///< its first byte, anchor and tag included; of a missing value what follows
  std::size_t key_begin = nowhere;  ///< of a mapping's value: the first byte of its key
  std::string key{};                ///< empty when the key is an alias
  std::vector<YamlSpot> items{};    ///< of a sequence, or the values of a mapping, in file order

  [[nodiscard]] bool is_collection() const { return kind == Kind::mapping || kind == Kind::sequence; }
  /// The value of `name` in a mapping, or null.
  [[nodiscard]] const YamlSpot* find(std::string_view name) const;
};

/// Where the values of `text` stand: the one document of a text that read_yaml takes, without a byte order
/// mark. A null spot for no document. Throws base::Error(invalid_config).
YamlSpot locate_yaml(std::string_view text, const std::string& file);

}  // namespace mcpssh::hosts
