#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hosts/host.hpp"

/// OpenSSH's client configuration, as ssh_config(5) of 9.2 reads it, as far as it says where a host is and
/// how to log in. Nothing is ever run to read it: a Match block that would need that is left out.
namespace mcpssh::hosts {

struct SshConfigFile;

struct SshConfigLine {
  std::string keyword;                 ///< lower case
  std::string rest;                    ///< behind the keyword, as written
  std::vector<std::string> arguments;  ///< the same, quotes undone
  Place place;
  std::vector<SshConfigFile> included;  ///< of an Include line, in order; filled by read_ssh_config
};

struct SshConfigFile {
  std::vector<SshConfigLine> lines;
};

/// Pure. The error names file and line: an open quote, a keyword without a value.
std::expected<SshConfigFile, base::Error> parse_ssh_config(std::string_view text, const std::string& file);

/// What the file says of one alias: the first value wins, IdentityFile and CertificateFile add up. Tokens are
/// expanded in `hostname` only.
struct SshConfigAnswer {
  std::string hostname;
  std::string user;  ///< empty: not given
  std::optional<std::uint16_t> port;
  std::vector<std::string> identity_files;
  std::vector<std::string> certificate_files;
  std::string proxy_jump;      ///< as written; empty: not given, or none
  bool proxy_command = false;  ///< one is given, and it is not "none"
  bool identities_only = false;
  std::string host_key_alias;
  std::string user_known_hosts_file;
};
/// The error names file and line of a value that is none (Port).
std::expected<SshConfigAnswer, base::Error> ask_ssh_config(const SshConfigFile& config,
                                                           const std::string& alias);

/// The names behind Host that are no patterns, with the line of the first of each.
struct SshConfigAlias {
  std::string name;
  Place place;
};
std::vector<SshConfigAlias> aliases_of(const SshConfigFile& config);

/// One line for each Match block that is left out.
std::vector<std::string> unread_blocks(const SshConfigFile& config);

/// `*` and `?`, as in a Host line.
bool matches_pattern(std::string_view text, std::string_view pattern);

/// One hop of a ProxyJump: "[ssh://][user@]host[:port]".
struct SshConfigHop {
  std::string user, host;
  std::optional<std::uint16_t> port;
};
/// In the order they are passed. Nothing when one of them is none.
std::optional<std::vector<SshConfigHop>> hops_of_jump(std::string_view proxy_jump);

}  // namespace mcpssh::hosts
