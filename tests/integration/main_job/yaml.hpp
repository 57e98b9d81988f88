#pragma once
#include <string>

#include "support/openssh_server.hpp"

namespace mcpssh::test {

/// One `hosts:` entry on loopback, as the original writes it. `auth` is the YAML inside the braces.
inline std::string host_entry(const std::string& name, std::uint16_t port, const std::string& user,
                              const std::string& auth, const std::string& more = {}) {
  return "  " + name + ":\n    host: 127.0.0.1\n    port: " + std::to_string(port) + "\n    user: " + user +
         "\n    auth: {" + auth + "}\n" + more;
}

inline std::string by_key(const ClientKey& key) {
  return "method: key, key_path: " + key.path.string();
}

/// A configuration whose known_hosts holds the server's keys.
inline std::string trusting(const std::string& hosts, const std::string& known_hosts_file,
                            const std::string& settings = {}) {
  return "hosts:\n" + hosts + "settings:\n  known_hosts: " + known_hosts_file + "\n" + settings;
}

}  // namespace mcpssh::test
