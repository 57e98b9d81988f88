#pragma once
#include <string_view>

namespace mcpssh::ssh {

/// What a prompt of keyboard-interactive wants, as far as its text tells.
enum class PromptKind {
  password,  ///< the account's password
  human,     ///< everything else: one-time codes, new passwords, questions
};
/// Careful: only a hidden answer to a text that names a password, and nothing else with it, is a password.
/// `text` is the host's. Pure.
PromptKind kind_of_prompt(std::string_view text, bool echo);

}  // namespace mcpssh::ssh
