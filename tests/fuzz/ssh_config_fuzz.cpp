#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "hosts/ssh_config.hpp"

/// The first line is the alias asked for; the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh::hosts;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string alias(input.substr(0, end));
  const auto config =
      parse_ssh_config(end == std::string_view::npos ? input : input.substr(end + 1), "config");
  if (!config) return 0;
  for (const auto& name : aliases_of(*config)) {
    if (name.name.find_first_of("*?!") != std::string::npos || name.place.line < 1) std::abort();
    if (!matches_pattern(name.name, name.name)) std::abort();
    static_cast<void>(ask_ssh_config(*config, name.name));
  }
  static_cast<void>(unread_blocks(*config));
  const auto answer = ask_ssh_config(*config, alias);
  if (answer && answer->port && *answer->port == 0) std::abort();
  if (answer && answer->identity_files.size() > 100) std::abort();
  if (answer) static_cast<void>(hops_of_jump(answer->proxy_jump));
  return 0;
}
