#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {

/// One change of a hosts.yaml.
struct YamlEdit {
  enum class Kind {
    add,     ///< a key that must not be there yet
    set,     ///< a key, there or not; mappings on the way are made
    remove,  ///< a key that must be there; a mapping below a host that becomes empty goes with it
    extend,  ///< a mapping, there or not, by the keys of `value`, none of which may be there
    append,  ///< an item at the end of a list, there or not
    rename,  ///< a key that must be there
  };
  Kind kind = Kind::set;
  std::vector<std::string> path;  ///< keys from the top: {"hosts", "web1", "auth", "key_path"}
  YamlNode value{};               ///< of add, set, extend and append
  std::string name{};             ///< of rename: the new key
};

/// `text` with this one change; every byte outside the changed lines (or, within one line, outside the
/// value) is what it was: comments, order, quotes, line ends, byte order mark. The result was read again and
/// holds exactly the change and nothing else, or there is an error: what is written in a way that cannot be
/// changed safely (an alias, a merge, a value another host shares) is refused with the reason. Pure.
std::expected<std::string, base::Error> edit_yaml(std::string_view text, const std::string& file,
                                                  const YamlEdit& edit);

}  // namespace mcpssh::hosts
