#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mcpssh::ssh {

/// A host's public key as it stands on the wire and in known_hosts.
struct HostKey {
  std::string type;    ///< "ssh-ed25519": the key's type, never a signature algorithm such as "rsa-sha2-512"
  std::string base64;  ///< the public key blob
  /// "SHA256:..." as OpenSSH prints it (base64 without padding); "unreadable key" when the blob is no base64.
  [[nodiscard]] std::string fingerprint() const;
  bool operator==(const HostKey&) const = default;
};

/// One known_hosts file, parsed (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): plain, [host]:port and hashed
/// names, patterns, several keys a host, @revoked; @cert-authority lines are kept but match no plain key.
/// Pure.
class KnownHosts {
 public:
  /// Unreadable lines are skipped, as OpenSSH does.
  static KnownHosts parse(std::string_view text);
  /// A missing file is an empty one. Throws Error(permission_denied | limit_reached | io_error).
  static KnownHosts load(const std::filesystem::path& file);
  /// The same of `file` and, behind it, `others`.
  static KnownHosts load(const std::filesystem::path& file, const std::vector<std::filesystem::path>& others);

  /// Puts what `other` says behind what this one says.
  void add(KnownHosts other);

  enum class State { match, unknown, changed, revoked };
  struct Answer {
    State state = State::unknown;
    std::vector<HostKey> on_record;  ///< keys known for that name, for the message
    bool by_authority = false;       ///< a @cert-authority line covers the name
    std::filesystem::path file;      ///< where that stands: the revoked key, else the first line for the name
  };
  /// Looks up `address` for port 22 and `[address]:port` for any other; upper and lower case are one.
  /// Stricter than OpenSSH in one point: when only keys of other types are on record the answer is `changed`,
  /// not `unknown`. An attacker who cannot show the recorded key could otherwise offer another type and look
  /// new.
  [[nodiscard]] Answer check(std::string_view address, std::uint16_t port, const HostKey& offered) const;
  /// Key types on record for that name, in file order: to be preferred in the negotiation.
  [[nodiscard]] std::vector<std::string> types_for(std::string_view address, std::uint16_t port) const;

 private:
  struct Entry {
    std::string names;   ///< the first field
    std::string marker;  ///< "@revoked", "@cert-authority" or empty
    HostKey key;
    std::size_t file = 0;  ///< in files_
  };
  std::vector<Entry> entries_;
  std::vector<std::filesystem::path> files_{std::filesystem::path()};
};

/// Takes the plain keys of that name out of the file, by the rules of remember(): all other lines, revoked
/// keys and certificate authorities stay byte for byte, and a line shared with other names keeps those.
/// Returns the keys removed; a missing file has none. Throws Error.
std::vector<HostKey> forget(const std::filesystem::path& file, std::string_view address, std::uint16_t port);

/// Appends `key` for that name, replacing other keys on record for it when `replace_changed`. The file keeps
/// all other lines byte for byte; it is created 0600 when missing, its directory 0700. A line shared with
/// other names keeps them: the name leaves the list, or is excluded from its patterns with "!name". Does
/// nothing when the key is on record. Safe against other threads and processes doing the same (flock on
/// "<file>.lock"); waits for them, so call it off the I/O threads. Throws Error; refused for a key the file
/// revokes. `first_contact`: host_key_changed when another key is on record by now; the caller looked
/// earlier.
void remember(const std::filesystem::path& file, std::string_view address, std::uint16_t port,
              const HostKey& key, bool replace_changed, bool first_contact = false);

}  // namespace mcpssh::ssh
