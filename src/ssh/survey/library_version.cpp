#include "ssh/survey/library_version.hpp"

#include <libssh/libssh.h>

#include <string_view>

namespace mcpssh::ssh {

std::string library_version() {
  const char* all = ssh_version(0);  // "0.10.6/openssl/zlib"
  if (all == nullptr) return "of an unknown version";
  const std::string_view text = all;
  return std::string(text.substr(0, text.find('/')));
}

}  // namespace mcpssh::ssh
