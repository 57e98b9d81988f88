#include "ssh/agent_identities.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

std::string number(std::size_t value) {
  return {0, 0, static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string text(const std::string& bytes) {
  return number(bytes.size()) + bytes;
}
std::string identity(const std::string& type, const std::string& comment) {
  return text(text(type) + text("key material")) + text(comment);
}

TEST(AgentIdentities, KeepTheUsableOnesInOrder) {
  const std::string ed = identity("ssh-ed25519", "laptop"), rsa = identity("ssh-rsa", "old");
  const std::string answer = "\x0c" + number(3) + ed + identity("ssh-dss", "ancient") + rsa;
  EXPECT_EQ(usable_identities(answer, 5), "\x0c" + number(2) + ed + rsa);
}

TEST(AgentIdentities, AreCapped) {
  const std::string one = identity("ssh-ed25519", "key");
  EXPECT_EQ(usable_identities("\x0c" + number(4) + one + one + one + one, 3),
            "\x0c" + number(3) + one + one + one);
}

TEST(AgentIdentities, OfABrokenAnswerAreThoseBeforeTheBreak) {
  const std::string none = "\x0c" + number(0), one = identity("ssh-ed25519", "key");
  EXPECT_EQ(usable_identities("", 5), none);
  EXPECT_EQ(usable_identities("\x05", 5), none);
  EXPECT_EQ(usable_identities("\x0c", 5), none);
  EXPECT_EQ(usable_identities("\x0c" + std::string("\xff\xff\xff\xff", 4), 5), none);
  EXPECT_EQ(usable_identities("\x0c" + number(2) + one + std::string("\xff\xff\xff\xf0", 4), 5),
            "\x0c" + number(1) + one);
  const std::string whole = "\x0c" + number(2) + one + one;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto kept = usable_identities(whole.substr(0, size), 5);
    EXPECT_TRUE(kept == none || kept == "\x0c" + number(1) + one) << size;
  }
}

}  // namespace
}  // namespace mcpssh::ssh
