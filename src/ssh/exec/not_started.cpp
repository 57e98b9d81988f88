#include "ssh/exec/not_started.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

/// The last lines of it as one, for a message.
std::string in_its_words(std::string_view said) {
  std::string words;
  for (const auto line : base::split(said, '\n')) {
    const auto text = base::trim(line);
    if (!text.empty()) words += (words.empty() ? "" : " / ") + std::string(text);
  }
  constexpr std::size_t most = 400;
  if (words.size() > most) words = "..." + words.substr(words.size() - most);
  return base::printable(words, most + 100);
}

std::string with_words(std::string sentence, std::string_view said) {
  const auto words = in_its_words(said);
  return words.empty() ? sentence : sentence + " (" + words + ")";
}

}  // namespace

std::string why_sudo_refused(const SudoRequest& sudo, int asked, std::string_view said) {
  const auto user = base::printable(sudo.user, 60);
  if (asked > 1 || (asked == 1 && said.contains("incorrect password")))
    return with_words("sudo did not take the password for " + user, said);
  if (!sudo.password && said.contains("password is required"))
    return "sudo wants a password to run as " + user + ", and none is configured";
  if (said.contains("must have a tty"))
    return "sudo wants a terminal there (requiretty), so the command needs a tty";
  if (said.contains("not in the sudoers") || said.contains("not allowed to") ||
      said.contains("may not run sudo"))
    return with_words("sudo does not allow this user to run commands as " + user, said);
  if (said.contains("unknown user")) return "sudo knows no user " + user + " there";
  if (said.contains("sudo: not found") || said.contains("sudo: command not found"))
    return "there is no sudo on the host's PATH";
  return with_words("sudo ended before it ran the command as " + user, said);
}

std::string why_not_started(const RemoteCommand& command, std::optional<int> exit_code) {
  const auto& prelude = *command.prelude();
  const auto& request = command.request();
  const std::string ended = exit_code ? fmt::format("exit {}", *exit_code) : std::string("a signal");
  if (!prelude.pid()) return "the login shell ended with " + ended + " before it reached the command";
  const std::string& said = prelude.said();
  if (request.sudo && !prelude.inside()) return why_sudo_refused(*request.sudo, prelude.asked(), said);
  if (prelude.no_directory())
    return with_words("the shell there cannot change to " + base::printable(request.directory), said);
  return with_words("the shell there cannot prepare the command", said);
}

}  // namespace mcpssh::ssh
