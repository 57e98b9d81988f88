#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ssh/trust/known_hosts.hpp"

/// The first byte-delimited line is the name asked for; the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using mcpssh::ssh::HostKey;
  using mcpssh::ssh::KnownHosts;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string_view name = input.substr(0, end);
  const KnownHosts hosts = KnownHosts::parse(end == std::string_view::npos ? input : input.substr(end + 1));

  const HostKey nobodys{"ssh-ed25519",
                        "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
  for (const std::uint16_t port : {std::uint16_t{22}, std::uint16_t{2222}}) {
    const KnownHosts::Answer answer = hosts.check(name, port, nobodys);
    const bool known = !answer.on_record.empty();
    if (known != !hosts.types_for(name, port).empty()) std::abort();
    for (const HostKey& key : answer.on_record) {
      const KnownHosts::State state = hosts.check(name, port, key).state;
      if (state != KnownHosts::State::match && state != KnownHosts::State::revoked) std::abort();
      if (!key.fingerprint().starts_with("SHA256:")) std::abort();
    }
  }
  return 0;
}
