// URLs of the configuration: what is taken apart, and what is refused.
#include "base/web_url.hpp"

#include <gtest/gtest.h>

#include <array>

namespace mcpssh::base {
namespace {

TEST(WebUrl, IsTakenApart) {
  const auto url = parse_web_url("https://Login.Example.org:8443/realms/a/keys?v=2");
  ASSERT_TRUE(url) << url.error();
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "login.example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->origin, "https://Login.Example.org:8443");
  EXPECT_EQ(url->path, "/realms/a/keys");
  EXPECT_EQ(url->query, "?v=2");
  const auto bare = parse_web_url("http://[::1]");
  ASSERT_TRUE(bare) << bare.error();
  EXPECT_EQ(bare->host, "::1");
  EXPECT_EQ(bare->port, 80);
  EXPECT_EQ(bare->path, "");
}

TEST(WebUrl, OnlyThisMachineMayBeReachedInTheClear) {
  for (const auto* fine : {"https://a.example", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:2/x",
                           "http://localhost/keys"})
    EXPECT_TRUE(parse_web_url(fine).value().confidential()) << fine;
  for (const auto* open : {"http://a.example", "http://10.0.0.1", "http://localhost.evil.test",
                           "http://127.0.0.1.evil.test", "http://[::2]"})
    EXPECT_FALSE(parse_web_url(open).value().confidential()) << open;
}

TEST(WebUrl, WhatCouldBeReadInTwoWaysIsRefused) {
  for (const auto* bad : {"",
                          "https://",
                          "https:///x",
                          "ftp://a",
                          "HTTPS://a",
                          "//a/b",
                          "a.example",
                          "https://user@a.example",
                          "https://a.example@evil.test/",
                          "https://a#b",
                          "https://a/\"b",
                          "https://a/ b",
                          "https://a/b\\c",
                          "https://a/\r\nX: y",
                          "https://a:0",
                          "https://a:65536",
                          "https://a:",
                          "https://a:1x",
                          "https://-a",
                          "https://a_b",
                          "https://[::1",
                          "https://[::1]x",
                          "https://[fe80::1%25eth0]",
                          "https://a/\xc3\xa4"})
    EXPECT_FALSE(parse_web_url(bad)) << bad;
  EXPECT_FALSE(parse_web_url("https://a/" + std::string(2048, 'x')));
}

}  // namespace
}  // namespace mcpssh::base
