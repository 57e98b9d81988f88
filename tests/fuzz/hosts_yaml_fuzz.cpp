// hosts.yaml from any bytes: parse() answers, with a snapshot or an error, and what it lets in is within the
// rules.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "hosts/difference.hpp"
#include "hosts/snapshot.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const hosts::Environment nothing = [](std::string_view) { return std::nullopt; };
  const auto snapshot = hosts::parse(text, "hosts.yaml", nothing);
  if (!snapshot) {
    if (!snapshot.error().message().starts_with("hosts.yaml")) std::abort();
    if (!base::is_utf8(snapshot.error().message())) std::abort();
    return 0;
  }
  for (const auto& host : snapshot->hosts) {
    if (host.name.empty() || host.address.empty() || host.user.empty() || host.port == 0) std::abort();
    if (host.name.front() == '-' || host.address.front() == '-' || host.user.front() == '-') std::abort();
    if (host.auth.methods == std::vector{hosts::AuthMethod::password} && !host.auth.password) std::abort();
    if (snapshot->find(host.name) != &host) std::abort();  // a second host of the same name
  }
  if (snapshot->settings.command_timeout.count() <= 0) std::abort();
  if (!hosts::policy_difference(*snapshot, *snapshot).empty()) std::abort();
  return 0;
}
