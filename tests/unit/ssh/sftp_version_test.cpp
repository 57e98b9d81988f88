#include "ssh/survey/sftp_version.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

using namespace std::string_view_literals;

TEST(SftpVersion, IsReadFromTheServersHello) {
  const auto hello = "\0\0\0\x05\x02\0\0\0\x03"sv;
  for (std::size_t size = 0; size < hello.size(); ++size) {
    const auto part = parse_sftp_version(hello.substr(0, size));
    ASSERT_TRUE(part) << size;
    EXPECT_FALSE(*part) << size;
  }
  EXPECT_EQ(parse_sftp_version(hello).value(), 3U);
}

TEST(SftpVersion, WhatALoginScriptPrintsIsNone) {
  const auto read = parse_sftp_version("Welcome to web1!\n");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what(), testing::HasSubstr("Welcome to web1!"));
  EXPECT_FALSE(parse_sftp_version("\0\0\0\x04\x02\0\0\0"sv));
  EXPECT_FALSE(parse_sftp_version("\0\0\0\x05\x01\0\0\0\x03"sv));
  EXPECT_FALSE(parse_sftp_version("\0\x10\0\0\x02"sv));
}

}  // namespace
}  // namespace mcpssh::ssh
