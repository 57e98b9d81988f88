#include "ssh/key_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::ssh {
namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
namespace {

/// An RSA-16384 key with a long comment has 13 kB.
constexpr std::size_t max_key_bytes = 64 * 1024;
constexpr std::string_view openssh_begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view openssh_end = "-----END";

/// The cipher an OpenSSH key is encrypted with: the first string after the magic (PROTOCOL.key).
std::string openssh_cipher(std::string_view text) {
  const auto begin = text.find(openssh_begin) + openssh_begin.size();
  std::string base64(text.substr(begin, text.find(openssh_end, begin) - begin));
  std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  const auto blob = base::from_base64(base64);
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  if (!blob || blob->size() < magic.size() + 4) return {};
  const unsigned char* length = blob->data() + magic.size();
  const std::size_t size = std::size_t{length[2]} << 8 | length[3];
  if (length[0] != 0 || length[1] != 0 || blob->size() < magic.size() + 4 + size) return {};
  return std::string(reinterpret_cast<const char*>(length + 4), size);
}

/// Asked for when no passphrase was given; without it OpenSSL would ask on the terminal.
int no_passphrase(const char*, char*, std::size_t, int, int, void*) {
  return -1;
}

void refuse_open_mode(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return;  // reading it will tell
  constexpr mode_t others = 077;
  if ((status.st_mode & others) == 0) return;
  throw Error(
      ErrorCode::permission_denied,
      fmt::format("the key {} may be read by others (mode {:04o})", file.string(), status.st_mode & 07777),
      fmt::format("chmod 600 {}", base::shell_quote(file.string())));
}

void add_certificate(ssh_key_struct* key, const fs::path& file) {
  const fs::path beside = file.string() + "-cert.pub";
  std::error_code none;
  if (!fs::exists(beside, none)) return;
  ssh_key raw = nullptr;
  const int read = ssh_pki_import_cert_file(beside.c_str(), &raw);
  const KeyHandle certificate(raw);
  if (read != SSH_OK || ssh_pki_copy_cert_to_privkey(certificate.get(), key) != SSH_OK)
    throw Error(ErrorCode::auth_failed, "the certificate " + beside.string() + " cannot be used",
                "sign the key again, or remove that file");
}

}  // namespace

bool is_encrypted_key(std::string_view text) {
  if (text.contains(openssh_begin)) {
    const auto cipher = openssh_cipher(text);
    return !cipher.empty() && cipher != "none";
  }
  return text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
}

KeyHandle load_key(const fs::path& file, const std::optional<base::Secret>& passphrase) {
  refuse_open_mode(file);
  const base::Secret text(base::read_file(file, max_key_bytes));
  const bool encrypted = is_encrypted_key(text.reveal());
  if (encrypted && !passphrase)
    throw Error(ErrorCode::auth_failed, "the key " + file.string() + " is encrypted and no passphrase is set",
                "set auth.passphrase_env to the environment variable that holds it, or use the agent");
  ssh_key raw = nullptr;
  const char* secret = encrypted ? passphrase->reveal().c_str() : nullptr;
  if (ssh_pki_import_privkey_base64(text.reveal().c_str(), secret, &no_passphrase, nullptr, &raw) != SSH_OK) {
    if (encrypted)
      throw Error(ErrorCode::auth_failed, "the passphrase of the key " + file.string() + " is wrong",
                  "check the environment variable named by auth.passphrase_env");
    throw Error(ErrorCode::auth_failed, file.string() + " is not a private key this program can read",
                "check that key_path names the private key (OpenSSH or PEM), not the .pub file");
  }
  KeyHandle key(raw);
  add_certificate(key.get(), file);
  return key;
}

}  // namespace mcpssh::ssh
