// SOCKS5 and HTTP CONNECT, byte by byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "ssh/way/http_tunnel.hpp"
#include "ssh/way/socks5.hpp"

namespace mcpssh::ssh {
namespace {
using base::ErrorCode;
using testing::HasSubstr;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

template <class Call>
base::Error error_of(Call call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error;
  }
  return base::Error(ErrorCode::internal, "no error was thrown");
}

TEST(Socks5, OffersAPasswordOnlyWhenThereIsOne) {
  EXPECT_EQ(socks5::greeting(false), bytes({5, 1, 0}));
  EXPECT_EQ(socks5::greeting(true), bytes({5, 2, 0, 2}));
  EXPECT_FALSE(socks5::wants_password(bytes({5, 0}), true));
  EXPECT_TRUE(socks5::wants_password(bytes({5, 2}), true));
}

TEST(Socks5, SaysWhichLogInTheProxyWants) {
  EXPECT_THAT(error_of([] { socks5::wants_password(bytes({5, 255}), false); }).cause(),
              HasSubstr("wants a log-in"));
  EXPECT_THAT(error_of([] { socks5::wants_password(bytes({5, 255}), true); }).cause(),
              HasSubstr("takes neither"));
  // Not asked for, so not to be given.
  EXPECT_EQ(error_of([] { socks5::wants_password(bytes({5, 2}), false); }).code(), ErrorCode::connect_failed);
  EXPECT_EQ(error_of([] { socks5::wants_password("HT", false); }).code(), ErrorCode::protocol_error);
}

TEST(Socks5, SendsUserAndPassword) {
  EXPECT_EQ(socks5::credentials("ann", "pw"), bytes({1, 3}) + "ann" + bytes({2}) + "pw");
  EXPECT_EQ(error_of([] { socks5::credentials("ann", std::string(256, 'x')); }).code(),
            ErrorCode::invalid_argument);
  EXPECT_NO_THROW(socks5::check_verdict(bytes({1, 0})));
  EXPECT_THAT(error_of([] { socks5::check_verdict(bytes({1, 1})); }).cause(), HasSubstr("does not take"));
}

TEST(Socks5, LeavesNamesToTheProxyAndSendsAddressesAsSuch) {
  EXPECT_EQ(socks5::request("db.lab", 22), bytes({5, 1, 0, 3, 6}) + "db.lab" + bytes({0, 22}));
  EXPECT_EQ(socks5::request("192.0.2.1", 0x1234), bytes({5, 1, 0, 1, 192, 0, 2, 1, 0x12, 0x34}));
  EXPECT_EQ(socks5::request("::1", 22),
            bytes({5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 22}));
  EXPECT_EQ(error_of([] { socks5::request(std::string(256, 'x'), 22); }).code(), ErrorCode::invalid_argument);
}

TEST(Socks5, KnowsHowLongTheReplyIs) {
  EXPECT_EQ(socks5::rest_of_reply(bytes({5, 0, 0, 1, 10})), 5U);
  EXPECT_EQ(socks5::rest_of_reply(bytes({5, 0, 0, 3, 200})), 202U);
  EXPECT_EQ(socks5::rest_of_reply(bytes({5, 0, 0, 4, 0})), 17U);
  EXPECT_EQ(error_of([] { socks5::rest_of_reply(bytes({5, 0, 0, 9, 0})); }).code(),
            ErrorCode::protocol_error);
}

TEST(Socks5, TellsWhyTheProxyRefuses) {
  EXPECT_EQ(error_of([] { socks5::rest_of_reply(bytes({5, 2, 0, 1, 0})); }).cause(),
            "not allowed by its rules");
  EXPECT_EQ(error_of([] { socks5::rest_of_reply(bytes({5, 5, 0, 1, 0})); }).cause(), "connection refused");
  EXPECT_EQ(error_of([] { socks5::rest_of_reply(bytes({5, 99, 0, 1, 0})); }).cause(), "refused with code 99");
}

TEST(HttpTunnel, AsksForTheHostWithCredentials) {
  EXPECT_EQ(http_tunnel::request("db.lab", 22, "", "").reveal(),
            "CONNECT db.lab:22 HTTP/1.1\r\nHost: db.lab:22\r\n\r\n");
  EXPECT_EQ(http_tunnel::request("::1", 22, "ann", "pw").reveal(),
            "CONNECT [::1]:22 HTTP/1.1\r\nHost: [::1]:22\r\nProxy-Authorization: Basic YW5uOnB3\r\n\r\n");
}

TEST(HttpTunnel, LetsNoNameAddALine) {
  for (const auto* name : {"a\r\nb", "a b", "", "a\tb"})
    EXPECT_EQ(error_of([name] { http_tunnel::request(name, 22, "", ""); }).code(),
              ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([] { http_tunnel::request("a", 22, "an:n", ""); }).code(), ErrorCode::invalid_argument);
}

TEST(HttpTunnel, FindsTheEndOfTheHead) {
  EXPECT_EQ(http_tunnel::head_size("HTTP/1.1 200 OK\r\nVia: x\r\n"), 0U);
  EXPECT_EQ(http_tunnel::head_size("HTTP/1.1 200 OK\r\n\r\nSSH-2.0-x\r\n"), 19U);
  EXPECT_EQ(http_tunnel::head_size("HTTP/1.0 200 OK\n\nSSH-2.0-x\r\n\r\n"), 17U);
}

TEST(HttpTunnel, TellsWhyTheProxyRefuses) {
  EXPECT_NO_THROW(http_tunnel::check("HTTP/1.1 200 Connection established\r\n\r\n"));
  EXPECT_EQ(error_of([] { http_tunnel::check("HTTP/1.1 403 Forbidden\x1b[2J\r\n\r\n"); }).cause(),
            "it answered 403 Forbidden\\x1b[2J");
  EXPECT_THAT(error_of([] { http_tunnel::check("HTTP/1.1 407 No\r\n\r\n"); }).cause(),
              HasSubstr("other credentials"));
  for (const auto* head : {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1\r\n\r\n", "", "HTTP/1.1 20\r\n\r\n"})
    EXPECT_EQ(error_of([head] { http_tunnel::check(head); }).code(), ErrorCode::protocol_error) << head;
}

}  // namespace
}  // namespace mcpssh::ssh
