#include "ssh/login/login_prompt.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mcpssh::ssh {
namespace {

/// "Password", as login programs and PAM's translations say it.
constexpr std::array<std::string_view, 15> password_words{
    "password",   "passwd", "passwort", "kennwort", "mot de passe", "contraseña", "contrasena", "senha",
    "wachtwoord", "heslo",  "hasło",    "пароль",   "密码",         "密碼",       "パスワード"};
/// With one of these it is another secret: "One-time password", "New password", "Password + token".
constexpr std::array<std::string_view, 24> other_words{
    "one-time", "one time", "onetime",   "otp",      "code",   "token", "verification",  "passcode",
    "yubi",     "duo",      "new ",      "current",  "retype", "again", "expired",       "change",
    "old ",     "neues",    "challenge", "response", "pin ",   "sms",   "authenticator", "oath"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

PromptKind kind_of_prompt(std::string_view text, bool echo) {
  std::string words(text);
  std::ranges::transform(words, words.begin(), lower);
  const auto found = [&words](std::string_view word) { return words.contains(word); };
  const bool password =
      !echo && std::ranges::any_of(password_words, found) && std::ranges::none_of(other_words, found);
  return password ? PromptKind::password : PromptKind::human;
}

}  // namespace mcpssh::ssh
