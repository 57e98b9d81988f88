#include "lab/keys.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "lab/server.hpp"

namespace mcpssh::lab {
using base::Error;
using base::ErrorCode;

Key generate_key(std::string_view type) {
  ssh_keytypes_e kind = SSH_KEYTYPE_UNKNOWN;
  int bits = 0;
  if (type == "ed25519") {
    kind = SSH_KEYTYPE_ED25519;
  } else if (type == "ecdsa") {
    kind = SSH_KEYTYPE_ECDSA_P256;
    bits = 256;
  } else if (type == "rsa") {
    kind = SSH_KEYTYPE_RSA;
    bits = 2048;
  } else {
    throw Error(ErrorCode::invalid_argument, "the lab knows no key type '" + base::printable(type) + "'",
                "use ed25519, ecdsa or rsa");
  }
  ssh_key raw = nullptr;
  if (ssh_pki_generate(kind, bits, &raw) != SSH_OK)
    throw Error(ErrorCode::internal, "libssh cannot make a key of type " + std::string(type));
  return Key(raw);
}

std::string public_line(ssh_key key) {
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK)
    throw Error(ErrorCode::internal, "libssh cannot export a public key");
  const Text owned(base64);
  return std::string(ssh_key_type_to_char(ssh_key_type(key))) + " " + owned.get();
}

KeyPair make_key_pair() {
  const Key key = generate_key("ed25519");
  char* pem = nullptr;
  if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr, &pem) != SSH_OK)
    throw Error(ErrorCode::internal, "libssh cannot export a private key");
  const Text owned(pem);
  return {owned.get(), public_line(key.get())};
}

}  // namespace mcpssh::lab
