#include "cli/operator/login_question.hpp"

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/operator/servers.hpp"

namespace mcpssh::cli {

std::optional<FoundQuestion> find_login_question(const OperatorOptions& options) {
  control::Wish look;
  look.kind = control::Wish::Kind::pending;
  std::optional<FoundQuestion> found;
  std::size_t servers = 0;
  for (const auto& [socket, told, server] : ask_servers(options.socket, look)) {
    if (!told) continue;
    ++servers;
    for (const auto* question : questions_of(*told)) {
      if (base::find_string(*question, "id").value_or("") != options.id) continue;
      if (found)
        throw base::Error(
            base::ErrorCode::refused,
            "two servers say they have " + base::printable(options.id, 40) + ": " + found->socket + " of " +
                described(found->server) + ", and " + socket.string() + " of " + described(server),
            "one of them imitates the other: find out which, and name the true one with --socket");
      found = FoundQuestion{socket.string(), server, *question, 0};
    }
  }
  if (found) found->servers = servers;
  return found;
}

}  // namespace mcpssh::cli
