#pragma once
#include <string>

namespace mcpssh::ssh {

/// The libssh this process runs with: "0.10.6".
std::string library_version();

}  // namespace mcpssh::ssh
