#include "ssh/login/key_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "ssh/login/certificate.hpp"
#include "ssh/session/wire.hpp"

namespace mcpssh::ssh {
namespace fs = std::filesystem;
using base::Error;
using base::Fault;
namespace {

/// An RSA-16384 key with a long comment has 13 kB.
constexpr std::size_t max_key_bytes = 64 * 1024;
constexpr std::string_view openssh_begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view openssh_end = "-----END";

/// What an OpenSSH key file tells without its passphrase (PROTOCOL.key).
struct OpensshHead {
  std::string cipher;  ///< "none" when it is not encrypted
  std::string type;    ///< of the public key: "ssh-ed25519"
};

OpensshHead openssh_head(std::string_view text) {
  OpensshHead head;
  const auto begin = text.find(openssh_begin) + openssh_begin.size();
  std::string base64(text.substr(begin, text.find(openssh_end, begin) - begin));
  std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  const auto blob = base::from_base64(base64);
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  if (!blob || blob->size() < magic.size()) return head;
  std::string_view rest(reinterpret_cast<const char*>(blob->data()), blob->size());
  rest.remove_prefix(magic.size());
  const auto cipher = wire::take_string(rest);
  if (!cipher) return head;
  head.cipher = *cipher;
  const bool has_public = wire::take_string(rest) && wire::take_string(rest) && wire::take_number(rest);
  auto key = has_public ? wire::take_string(rest) : std::nullopt;
  if (const auto type = key ? wire::take_string(*key) : std::nullopt) head.type = *type;
  return head;
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
      Fault::key_file_open,
      fmt::format("the key {} may be read by others (mode {:04o})", file.string(), status.st_mode & 07777),
      fmt::format("chmod 600 {}", base::shell_quote(file.string())));
}

std::string public_blob(const KeyHandle& key) {
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) return {};
  const auto blob = base::from_base64(base64);
  ssh_string_free_char(base64);
  return blob ? std::string(blob->begin(), blob->end()) : std::string();
}

/// `key` with its certificate; nothing when that is for another key.
KeyHandle with_certificate(const KeyHandle& key, const fs::path& file) {
  ssh_key raw = nullptr;
  const int read = ssh_pki_import_cert_file(file.c_str(), &raw);
  const KeyHandle certificate(raw);
  const auto certified_blob = read == SSH_OK ? certified_key(public_blob(certificate)) : std::nullopt;
  if (!certified_blob)
    throw Error(Fault::certificate_unusable, file.string() + " is not a certificate this program can read",
                "sign the key again, or remove that file");
  if (*certified_blob != public_blob(key)) return nullptr;
  KeyHandle certified(ssh_key_dup(key.get()));
  if (!certified || ssh_pki_copy_cert_to_privkey(certificate.get(), certified.get()) != SSH_OK)
    throw Error(Fault::certificate_unusable, "the certificate " + file.string() + " cannot be used");
  return certified;
}

KeyHandle import_key(const base::Secret& text, const fs::path& file, const char* passphrase) {
  ssh_key raw = nullptr;
  if (ssh_pki_import_privkey_base64(text.reveal().c_str(), passphrase, &no_passphrase, nullptr, &raw) ==
      SSH_OK)
    return KeyHandle(raw);
  if (passphrase != nullptr)
    throw Error(Fault::passphrase_wrong, "the passphrase of the key " + file.string() + " is wrong",
                "check the environment variable named by auth.passphrase_env");
  throw Error(Fault::key_unusable, file.string() + " is not a private key this program can read",
              "check that key_path names the private key (OpenSSH or PEM), not the .pub file");
}

}  // namespace

bool is_encrypted_key(std::string_view text) {
  if (text.contains(openssh_begin)) {
    const auto cipher = openssh_head(text).cipher;
    return !cipher.empty() && cipher != "none";
  }
  return text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
}

bool is_security_key(std::string_view text) {
  return text.contains(openssh_begin) && openssh_head(text).type.starts_with("sk-");
}

bool is_encrypted_key_file(const fs::path& file) {
  try {
    return is_encrypted_key(base::Secret(base::read_file(file, max_key_bytes)).reveal());
  } catch (const Error&) {
    return false;
  }
}

LoadedKey load_key(const fs::path& file, const std::optional<base::Secret>& passphrase,
                   const fs::path& certificate) {
  refuse_open_mode(file);
  const base::Secret text(base::read_file(file, max_key_bytes));
  if (is_security_key(text.reveal()))
    throw Error(Fault::key_unusable, "the key " + file.string() + " lives in a security key (FIDO)",
                "add it to an agent with ssh-add, and let this host log in with the agent");
  const bool encrypted = is_encrypted_key(text.reveal());
  if (encrypted && !passphrase)
    throw Error(Fault::passphrase_missing,
                "the key " + file.string() + " is encrypted and no passphrase is set",
                "set auth.passphrase_env to the environment variable that holds it, or use the agent");
  LoadedKey loaded;
  loaded.plain = import_key(text, file, encrypted ? passphrase->reveal().c_str() : nullptr);
  const fs::path beside = file.string() + "-cert.pub";
  std::error_code none;
  if (!certificate.empty())
    loaded.certified = with_certificate(loaded.plain, certificate);
  else if (fs::exists(beside, none) && !(loaded.certified = with_certificate(loaded.plain, beside)))
    throw Error(Fault::certificate_unusable,
                fmt::format("{} is for another key than {}", beside.string(), file.string()),
                "sign the key again, or remove that file");
  return loaded;
}

}  // namespace mcpssh::ssh
