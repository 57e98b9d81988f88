#include "ssh/algorithms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mcpssh::ssh {
namespace {
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HostKeyAlgorithms, PutTheTypesOnRecordFirstAndKeepTheOthers) {
  const std::vector<std::string> on_record{"ecdsa-sha2-nistp256", "ssh-rsa"};
  EXPECT_EQ(
      algorithms::host_keys(on_record),
      "ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256,ssh-ed25519,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521");
  EXPECT_THAT(algorithms::host_keys({}), StartsWith("ssh-ed25519,"));
}

TEST(HostKeyAlgorithms, LeaveOutTypesWeDoNotDo) {
  const std::vector<std::string> on_record{"ssh-dss", "ssh-ed25519", "ssh-ed25519"};
  EXPECT_EQ(algorithms::host_keys(on_record), algorithms::host_keys({}));
}

TEST(HostKeyAlgorithms, OfOneTypeAreItsSignatures) {
  EXPECT_EQ(algorithms::host_keys_of("ssh-rsa"), "rsa-sha2-512,rsa-sha2-256");
  EXPECT_EQ(algorithms::host_keys_of("ssh-ed25519"), "ssh-ed25519");
  EXPECT_THROW(algorithms::host_keys_of("ssh-dss"), base::Error);
}

TEST(Algorithms, HoldNothingOld) {
  for (const std::string list :
       {algorithms::key_exchange, algorithms::ciphers, algorithms::macs, algorithms::user_keys}) {
    EXPECT_THAT(list, Not(HasSubstr("sha1")));
    EXPECT_THAT(list, Not(HasSubstr("cbc")));
    EXPECT_THAT(list, Not(HasSubstr("group18")));
    EXPECT_THAT("," + list + ",", Not(HasSubstr(",ssh-rsa,")));
  }
}

}  // namespace
}  // namespace mcpssh::ssh
