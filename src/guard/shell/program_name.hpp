#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace mcpssh::guard {

/// "ls" of whatever path ends so.
inline std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// "ls" of "ls" and of "/usr/bin/ls"; nothing for a program that lies elsewhere and only bears the name.
inline std::optional<std::string_view> system_program(std::string_view path) {
  constexpr auto places = std::to_array<std::string_view>(
      {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/snap/bin/",
       "/opt/bin/", "/usr/libexec/", "/usr/lib/nagios/plugins/", "/usr/lib64/nagios/plugins/",
       "/usr/local/nagios/libexec/"});
  if (!path.contains('/')) return path;
  for (const std::string_view place : places)
    if (path.starts_with(place) && !path.substr(place.size()).contains('/')) return path.substr(place.size());
  return std::nullopt;
}

}  // namespace mcpssh::guard
