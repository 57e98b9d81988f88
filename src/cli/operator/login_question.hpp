#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/unix_socket.hpp"
#include "cli/commands.hpp"

namespace mcpssh::cli {

/// An open question of a host, and the one server that asks it.
struct FoundQuestion {
  std::string socket;
  base::UnixPeer server;
  base::json::object question;
  std::size_t servers = 0;  ///< that answered, whatever they have
};

/// The question options.id of the servers that this user reaches; nothing when none has it. Throws
/// Error(refused) when several say they do: one of them would take the answer for itself.
std::optional<FoundQuestion> find_login_question(const OperatorOptions& options);

}  // namespace mcpssh::cli
