#include "ssh/login/login_prompt.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

TEST(LoginPrompt, ForThePasswordIsKnownInItsUsualWords) {
  for (const auto* text :
       {"Password:", "Password: ", "(ann@web1) Password: ", "ann@web1's password:", "Enter PASSWORD for ann:",
        "Passwort:", "Kennwort:", "Mot de passe :", "Contraseña: "})
    EXPECT_EQ(kind_of_prompt(text, false), PromptKind::password) << text;
}

TEST(LoginPrompt, ForAnyOtherSecretIsForAPerson) {
  for (const auto* text :
       {"Verification code: ", "One-time password (OATH) for `ann': ", "Password + token: ", "New password: ",
        "Retype new password: ", "(current) UNIX password: ", "Duo passcode: ", "PIN for card: ",
        "Your password has expired. Enter a new one:", "Press enter", "", "Challenge 4711, password: "})
    EXPECT_EQ(kind_of_prompt(text, false), PromptKind::human) << text;
}

TEST(LoginPrompt, ThatShowsItsAnswerGetsNoPassword) {
  EXPECT_EQ(kind_of_prompt("Password:", true), PromptKind::human);
}

}  // namespace
}  // namespace mcpssh::ssh
