#include "ssh/login/agent_identities.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <span>

#include "base/text.hpp"
#include "ssh/login/certificate.hpp"
#include "ssh/trust/known_hosts.hpp"

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

std::string kept(const std::string& answer, std::size_t max_keys, const std::string& only = {}) {
  IdentityFilter filter;
  filter.max_keys = max_keys;
  filter.only = only;
  return usable_identities(answer, filter).answer;
}

TEST(AgentIdentities, KeepTheUsableOnesInOrder) {
  const std::string ed = identity("ssh-ed25519", "laptop"), rsa = identity("ssh-rsa", "old");
  const std::string answer = "\x0c" + number(3) + ed + identity("ssh-dss", "ancient") + rsa;
  EXPECT_EQ(kept(answer, 5), "\x0c" + number(2) + ed + rsa);
}

TEST(AgentIdentities, AreCapped) {
  const std::string one = identity("ssh-ed25519", "key");
  EXPECT_EQ(kept("\x0c" + number(4) + one + one + one + one, 3), "\x0c" + number(3) + one + one + one);
}

TEST(AgentIdentities, OfABrokenAnswerAreThoseBeforeTheBreak) {
  const std::string none = "\x0c" + number(0), one = identity("ssh-ed25519", "key");
  EXPECT_EQ(kept("", 5), none);
  EXPECT_EQ(kept("\x05", 5), none);
  EXPECT_EQ(kept("\x0c", 5), none);
  EXPECT_EQ(kept("\x0c" + std::string("\xff\xff\xff\xff", 4), 5), none);
  EXPECT_EQ(kept("\x0c" + number(2) + one + std::string("\xff\xff\xff\xf0", 4), 5), "\x0c" + number(1) + one);
  const std::string whole = "\x0c" + number(2) + one + one;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto left = kept(whole.substr(0, size), 5);
    EXPECT_TRUE(left == none || left == "\x0c" + number(1) + one) << size;
  }
}

std::string fingerprint_of(const std::string& blob) {
  const std::span bytes(reinterpret_cast<const unsigned char*>(blob.data()), blob.size());
  return HostKey{{}, base::to_base64(bytes)}.fingerprint();
}

TEST(AgentIdentities, CanBeNarrowedToOneKeyWithItsCertificate) {
  const std::string plain = text("ssh-ed25519") + text("the point");
  const std::string certificate =
      text("ssh-ed25519-cert-v01@openssh.com") + text("nonce") + text("the point") + text("serial and so on");
  const std::string wanted = text(plain) + text("mine"), certified = text(certificate) + text("mine too");
  const std::string answer = "\x0c" + number(3) + identity("ssh-ed25519", "other") + wanted + certified;

  IdentityFilter filter;
  filter.max_keys = 5;
  filter.only = fingerprint_of(plain);
  const auto found = usable_identities(answer, filter);
  EXPECT_EQ(found.answer, "\x0c" + number(2) + wanted + certified);
  EXPECT_EQ(found.held, 3U);
  EXPECT_EQ(found.offered, 2U);

  EXPECT_EQ(kept(answer, 5, fingerprint_of(certificate)), "\x0c" + number(1) + certified);
  EXPECT_EQ(kept(answer, 5, "SHA256:nobody"), "\x0c" + number(0));
}

TEST(Certificate, TellsTheKeyItIsFor) {
  EXPECT_EQ(certified_key(text("ssh-rsa-cert-v01@openssh.com") + text("n") + text("e") + text("m") + "rest"),
            text("ssh-rsa") + text("e") + text("m"));
  EXPECT_EQ(certified_key(text("sk-ssh-ed25519-cert-v01@openssh.com") + text("n") + text("p") + text("app")),
            text("sk-ssh-ed25519@openssh.com") + text("p") + text("app"));
  EXPECT_EQ(certified_key(text("ssh-ed25519") + text("p")), std::nullopt);
  EXPECT_EQ(certified_key(text("ssh-rsa-cert-v01@openssh.com") + text("n") + text("e")), std::nullopt);
}

}  // namespace
}  // namespace mcpssh::ssh
