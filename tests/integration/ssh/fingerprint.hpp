#pragma once
#include <string>

#include "base/text.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace mcpssh::test {

/// Of "ssh-ed25519 AAAA...", as OpenSSH prints it.
inline std::string fingerprint_of(const std::string& public_line) {
  const auto words = base::split(public_line, ' ');
  return ssh::HostKey{std::string(words[0]), std::string(words[1])}.fingerprint();
}

}  // namespace mcpssh::test
