#include "ssh/login/key_file.hpp"

#include <gtest/gtest.h>

#include <span>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

std::string openssh(const std::string& base64) {
  return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64 + "\n-----END OPENSSH PRIVATE KEY-----\n";
}

TEST(EncryptedKey, IsToldFromAPlainOne) {
  // "openssh-key-v1\0" and the name of the cipher: "none", "aes256-ctr".
  EXPECT_FALSE(is_encrypted_key(openssh("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU=")));
  EXPECT_TRUE(is_encrypted_key(openssh("b3BlbnNzaC1rZXktdjEA\nAAAACmFlczI1Ni1jdHI=")));
  EXPECT_TRUE(is_encrypted_key("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII\n"));
  EXPECT_TRUE(is_encrypted_key("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n"));
  EXPECT_FALSE(is_encrypted_key("-----BEGIN RSA PRIVATE KEY-----\nMII\n"));
}

TEST(EncryptedKey, GarbageIsNotEncrypted) {
  for (const std::string body :
       {"", "!!!", "b3Blbg==", "b3BlbnNzaC1rZXktdjEA", "b3BlbnNzaC1rZXktdjEA/////w=="})
    EXPECT_FALSE(is_encrypted_key(openssh(body))) << body;
  EXPECT_FALSE(is_encrypted_key("-----BEGIN OPENSSH PRIVATE KEY-----"));
  EXPECT_FALSE(is_encrypted_key(""));
}

TEST(SecurityKey, IsToldByItsPublicPart) {
  // ssh-keygen's file: magic, cipher, kdf, options, one key, and its public blob.
  const auto file = [](const std::string& type) {
    const auto text = [](const std::string& bytes) {
      return std::string({0, 0, 0, static_cast<char>(bytes.size())}) + bytes;
    };
    const std::string blob = std::string("openssh-key-v1\0", 15) + text("none") + text("none") + text("") +
                             std::string({0, 0, 0, 1}) + text(text(type) + text("point"));
    return openssh(
        base::to_base64(std::span(reinterpret_cast<const unsigned char*>(blob.data()), blob.size())));
  };
  EXPECT_TRUE(is_security_key(file("sk-ssh-ed25519@openssh.com")));
  EXPECT_TRUE(is_security_key(file("sk-ecdsa-sha2-nistp256@openssh.com")));
  EXPECT_FALSE(is_security_key(file("ssh-ed25519")));
  EXPECT_FALSE(is_security_key("-----BEGIN RSA PRIVATE KEY-----\nMII\n"));
}

}  // namespace
}  // namespace mcpssh::ssh
