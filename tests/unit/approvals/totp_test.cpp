// One-time codes as RFC 6238 computes them, and as phones show them.
#include "approvals/totp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

namespace mcpssh::approvals::totp {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

base::Secret key(const std::string& text = "12345678901234567890") {
  return base::Secret(std::string(text));
}

base::WallTime at(std::int64_t seconds) {
  return base::WallTime(std::chrono::seconds(seconds));
}

TEST(Totp, GivesTheLastSixDigitsOfTheVectorsOfRfc6238) {
  for (const auto& [seconds, code] :
       std::to_array<std::pair<std::uint64_t, const char*>>({{59, "287082"},
                                                             {1111111109, "081804"},
                                                             {1111111111, "050471"},
                                                             {1234567890, "005924"},
                                                             {2000000000, "279037"},
                                                             {20000000000, "353130"}}))
    EXPECT_EQ(code_at(key(), seconds / 30), code) << seconds;
  EXPECT_EQ(step_at(at(1111111109)), 1111111109u / 30);
}

TEST(Totp, AStepIsThirtySecondsAndNoneIsBeforeTheEpoch) {
  EXPECT_EQ(step_at(at(29)), 0u);
  EXPECT_EQ(step_at(at(30)), 1u);
  EXPECT_EQ(step_at(at(-1)), 0u);
}

TEST(Totp, ASecretIsReadAsPhonesShowIt) {
  const std::string plain = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";  // RFC 4648 of the key of the vectors
  for (const auto& text : {plain, std::string("gezd gnbv gy3t qojq gezd gnbv gy3t qojq"),
                           std::string("GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ"), plain + "===="}) {
    const auto read = key_from(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->reveal(), key().reveal()) << text;
  }
}

TEST(Totp, WhatIsNoSecretIsRefusedAndNotRepeated) {
  for (const auto* text :
       {"", "GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "hunter2 hunter2 hunter2!"}) {
    const auto read = key_from(text);
    ASSERT_FALSE(read) << text;
    if (*text != '\0') EXPECT_THAT(read.error().message(), testing::Not(HasSubstr(text)));
  }
  EXPECT_FALSE(key_from(std::string(100'000, 'A')));
}

TEST(Totp, FreshSecretsAreReadBackAndAreNoTwoAlike) {
  const auto one = fresh_secret(), two = fresh_secret();
  EXPECT_NE(one.reveal(), two.reveal());
  EXPECT_EQ(one.reveal().size(), 32u);
  EXPECT_EQ(key_from(one.reveal()).value().reveal().size(), 20u);
}

TEST(Totp, TheAddressForPhonesCannotBeBrokenByANameInIt) {
  const auto link = uri("al ice&x=1", "box/1", base::Secret(std::string("ABC"))).reveal();
  EXPECT_THAT(link,
              StartsWith("otpauth://totp/mcp-ssh:al%20ice%26x%3D1%40box%2F1?secret=ABC&issuer=mcp-ssh"));
  EXPECT_THAT(link, HasSubstr("&digits=6&period=30"));
}

/// What oathtool (Debian's, another author's) says.
std::string oathtool(const std::string& secret, const std::string& seconds) {
  const auto command = "oathtool --totp --base32 --now @" + seconds + " " + secret;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::array<char, 64> line{};
  if (!pipe || ::fgets(line.data(), line.size(), pipe.get()) == nullptr) return "oathtool is not installed";
  return std::string(line.data(), 6);
}

TEST(Totp, AgreesWithOathtool) {
  for (int i = 0; i < 20; ++i) {
    const auto secret = fresh_secret();
    const std::int64_t seconds = 1'700'000'000 + i * 12'345'679;
    EXPECT_EQ(code_at(key_from(secret.reveal()).value(), step_at(at(seconds))),
              oathtool(secret.reveal(), std::to_string(seconds)));
  }
}

}  // namespace
}  // namespace mcpssh::approvals::totp
