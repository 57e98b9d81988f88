#include "ssh/trust/negotiation_log.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

TEST(Negotiated, IsReadFromLibsshsLine) {
  Negotiated agreed;
  read_negotiated(
      "ssh_kex_select_methods: Negotiated curve25519-sha256,ssh-rsa,aes128-cbc,aes128-cbc,hmac-sha1,"
      "hmac-sha1,none,none,,",
      agreed);
  EXPECT_EQ(agreed.key_exchange, "curve25519-sha256");
  EXPECT_EQ(agreed.host_key, "ssh-rsa");
  EXPECT_EQ(agreed.cipher, "aes128-cbc");
  EXPECT_EQ(agreed.mac, "hmac-sha1");
}

TEST(Negotiated, IsNotReadFromOtherLines) {
  Negotiated agreed;
  for (const auto* line : {"", "Negotiated", "Negotiated a,b,c", "ssh_connect: libssh 0.10.6"})
    read_negotiated(line, agreed);
  EXPECT_EQ(agreed.key_exchange, "");
}

}  // namespace
}  // namespace mcpssh::ssh
