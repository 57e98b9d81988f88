#include "ssh/exec/not_started.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {
using testing::HasSubstr;

SudoRequest with_password() {
  SudoRequest sudo;
  sudo.password = base::Secret("hunter2");
  return sudo;
}

TEST(WhySudoRefused, TellsAWrongPasswordFromAMissingOne) {
  EXPECT_EQ(why_sudo_refused(with_password(), 2, "Sorry, try again.\n"),
            "sudo did not take the password for root (Sorry, try again.)");
  EXPECT_THAT(why_sudo_refused(with_password(), 1, "sudo: 1 incorrect password attempt\n"),
              HasSubstr("did not take the password"));
  EXPECT_EQ(why_sudo_refused(SudoRequest(), 0, "sudo: a password is required\n"),
            "sudo wants a password to run as root, and none is configured");
}

TEST(WhySudoRefused, TellsWhoMayNotAndWhatIsMissing) {
  EXPECT_THAT(why_sudo_refused(with_password(), 1, "bob is not in the sudoers file.\n"),
              HasSubstr("sudo does not allow this user to run commands as root (bob is not"));
  EXPECT_THAT(
      why_sudo_refused(with_password(), 1, "Sorry, user bob is not allowed to execute '/bin/sh' as root\n"),
      HasSubstr("does not allow"));
  EXPECT_THAT(why_sudo_refused(with_password(), 0, "sudo: sorry, you must have a tty to run sudo\n"),
              HasSubstr("needs a tty"));
  EXPECT_THAT(why_sudo_refused(with_password(), 0, "sudo: unknown user nobody2\n"),
              HasSubstr("no user root"));
  EXPECT_THAT(why_sudo_refused(with_password(), 0, "sh: 2: exec: sudo: not found\n"), HasSubstr("no sudo"));
}

TEST(WhySudoRefused, QuotesWhatItDoesNotKnowCleanAndShort) {
  const auto why =
      why_sudo_refused(with_password(), 0, "\x1b[31mred\n\n" + std::string(5000, 'x') + "\nthe end\n");
  EXPECT_THAT(why, HasSubstr("sudo ended before it ran the command as root ("));
  EXPECT_THAT(why, HasSubstr("/ the end)"));
  EXPECT_LT(why.size(), 700U);
  EXPECT_FALSE(why.contains('\x1b'));
}

}  // namespace
}  // namespace mcpssh::ssh
