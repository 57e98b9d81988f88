#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/host.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::cli {

/// A key of a host that people give on the command line or in a form.
struct HostField {
  enum class Kind {
    text,
    list,         ///< always a list: groups, patterns
    one_or_more,  ///< a text, or a list of them
  };
  std::string_view flag;  ///< without the dashes
  std::string_view key;   ///< below the host, dotted: "auth.method"
  Kind kind = Kind::text;
  std::string_view help;
};

std::span<const HostField> host_fields();

/// The value as it goes into hosts.yaml; `values` holds at least one.
hosts::YamlNode field_value(const HostField& field, const std::vector<std::string>& values);

/// What hosts.yaml gives for this key, as written there; empty when it gives nothing. `entry` is the host's
/// mapping.
std::vector<std::string> field_values(const hosts::YamlNode& entry, std::string_view dotted_key);

}  // namespace mcpssh::cli
