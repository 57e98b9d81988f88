#include "ssh/survey/key_exchange_init.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ssh/session/wire.hpp"

namespace mcpssh::ssh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string payload(const std::string& kex = "curve25519-sha256,kex-strict-s-v00@openssh.com") {
  std::string bytes(1, '\x14');
  bytes.append(16, 'c');
  const std::vector<std::string> lists{kex,          "ssh-ed25519,rsa-sha2-512",
                                       "aes128-ctr", "aes256-ctr",
                                       "hmac-sha1",  "hmac-sha2-256",
                                       "none",       "none",
                                       "",           ""};
  for (const auto& list : lists) wire::put_string(bytes, list);
  bytes.append(5, '\0');  // first_kex_packet_follows, reserved
  return bytes;
}

std::string packet(const std::string& inside, char padding = 4) {
  std::string bytes;
  wire::put_number(bytes, inside.size() + 1 + static_cast<unsigned char>(padding));
  bytes += padding;
  return bytes + inside + std::string(static_cast<unsigned char>(padding), 'p');
}

struct Heard {
  std::expected<std::optional<Greeting>, base::Error> read;
  std::string version;
};
Heard hear(const std::string& bytes) {
  Heard heard{std::nullopt, {}};
  heard.read = read_greeting(bytes, heard.version);
  return heard;
}

TEST(KeyExchangeInit, HoldsTheListsOfBothDirections) {
  const auto read = parse_key_exchange_init(payload());
  ASSERT_TRUE(read) << read.error().what();
  EXPECT_THAT(read->key_exchange, ElementsAre("curve25519-sha256", "kex-strict-s-v00@openssh.com"));
  EXPECT_THAT(read->host_keys, ElementsAre("ssh-ed25519", "rsa-sha2-512"));
  EXPECT_THAT(read->ciphers_to_host, ElementsAre("aes128-ctr"));
  EXPECT_THAT(read->ciphers_from_host, ElementsAre("aes256-ctr"));
  EXPECT_THAT(read->macs_to_host, ElementsAre("hmac-sha1"));
  EXPECT_THAT(read->macs_from_host, ElementsAre("hmac-sha2-256"));
  EXPECT_TRUE(read->strict());
  EXPECT_FALSE(parse_key_exchange_init(payload("a"))->strict());
  EXPECT_THAT(parse_key_exchange_init(payload(""))->key_exchange, IsEmpty());
}

TEST(KeyExchangeInit, WhatIsCutShortAnywhereIsAnError) {
  const std::string whole = payload();
  const std::size_t needed = whole.size() - 5 - 4 * 4 - 8;  // what follows the lists that are read
  for (std::size_t size = 0; size < needed; ++size)
    EXPECT_FALSE(parse_key_exchange_init(std::string_view(whole).substr(0, size))) << size;
  EXPECT_TRUE(parse_key_exchange_init(std::string_view(whole).substr(0, needed)));
}

TEST(KeyExchangeInit, NamesThatAreNoneAreAnError) {
  for (const char* names : {"a,,b", ",a", "a,", "a b", "a\x1b[31m", "a\xc3\xa4", "a\n"})
    EXPECT_FALSE(parse_key_exchange_init(payload(names))) << names;
}

TEST(Greeting, IsReadAsItComesByteByByte) {
  const std::string all = "Welcome\r\nto a switch\r\nSSH-2.0-ROSSSH\r\n" + packet(payload());
  for (std::size_t size = 0; size < all.size(); ++size) {
    const auto part = hear(all.substr(0, size));
    ASSERT_TRUE(part.read) << size << part.read.error().what();
    ASSERT_FALSE(*part.read) << size;
  }
  const auto whole = hear(all + "more");
  ASSERT_TRUE(whole.read && *whole.read);
  EXPECT_EQ((*whole.read)->version, "SSH-2.0-ROSSSH");
  EXPECT_EQ(whole.version, "SSH-2.0-ROSSSH");
}

TEST(Greeting, AVersionThatMovesTheCursorIsCleaned) {
  EXPECT_EQ(hear("SSH-2.0-x\x1b[2J\r\n" + packet(payload())).version, "SSH-2.0-x\\x1b[2J");
}

TEST(Greeting, WhatIsNoSshServerSaysSo) {
  const auto why = [](const std::string& bytes) {
    const auto heard = hear(bytes);
    return heard.read ? std::string("read") : heard.read.error().cause();
  };
  EXPECT_THAT(why(std::string(limits::introduction_bytes + 1, 'x')), HasSubstr("line after line"));
  EXPECT_THAT(why("SSH-2.0-" + std::string(2000, 'x')), HasSubstr("no end"));
  EXPECT_THAT(why("SSH-1.5-old\n"), HasSubstr("SSH-1.5-old"));
  EXPECT_THAT(why("SSH-2.0-x\r\nHTTP/1.1 400 Bad"), HasSubstr("impossible length"));
  EXPECT_THAT(why("SSH-2.0-x\r\n" + std::string("\0\0\0\x05\x09zzzz", 9)), HasSubstr("all padding"));
  EXPECT_THAT(why("SSH-2.0-x\r\n" + packet("\x01"
                                           "disconnect")),
              HasSubstr("list of algorithms"));
}

}  // namespace
}  // namespace mcpssh::ssh
