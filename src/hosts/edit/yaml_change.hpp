#pragma once
#include <optional>
#include <string>

#include "hosts/edit/yaml_edit.hpp"

/// What an edit means, apart from how the file is written.
namespace mcpssh::hosts {

/// The tree as it must read after `edit`. Throws base::Error for what cannot be: adding a key that is there,
/// removing one that is not, appending to what is no list.
YamlNode changed_tree(YamlNode root, const YamlEdit& edit, const std::string& file);

/// The path of the first value that is not the same in both ("hosts.web2.port"); nothing when all are. The
/// order of keys does not count, nor whether an empty mapping is written.
std::optional<std::string> first_difference(const YamlNode& one, const YamlNode& other);

/// "hosts.web1.port".
std::string path_text(const std::vector<std::string>& path);

/// How many keys of `edit.path` a removal takes with it: less than all when mappings above become empty.
/// `items_at(depth)`: how many keys the mapping of that depth holds, 0 is the top.
template <class ItemsAt>
std::size_t removed_depth(const std::vector<std::string>& path, const ItemsAt& items_at) {
  std::size_t depth = path.size();
  while (depth > 3 && items_at(depth - 1) == 1) --depth;
  return depth;
}

}  // namespace mcpssh::hosts
