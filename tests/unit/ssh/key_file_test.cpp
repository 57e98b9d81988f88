#include "ssh/key_file.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace mcpssh::ssh
