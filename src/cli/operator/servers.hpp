#pragma once
#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "approvals/people.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/unix_socket.hpp"
#include "control/protocol.hpp"

namespace mcpssh::cli {

/// What one server answered.
struct Told {
  std::filesystem::path socket;
  std::expected<base::json::object, base::Error> answer;
  base::UnixPeer server{};  ///< who answered, by the kernel's word; all 0 when it could not be reached
};
/// "alice's server (process 4711)".
std::string described(const base::UnixPeer& server);
/// "1 server", "2 servers": a number of what is counted by adding an s.
std::string counted(std::size_t number, std::string_view one);
/// The open requests of an answer to pending or watch, of those that are objects.
std::vector<const base::json::object*> requests_of(const base::json::object& answer);

/// What hosts ask during log-ins, likewise; an older server has none.
std::vector<const base::json::object*> questions_of(const base::json::object& answer);

/// The sockets an operator's command is for: `only`, or all that this user finds.
std::vector<std::filesystem::path> sockets_for(const std::string& only);
/// Says `wish` to all of them at once, then collects the answers as they come; who has given none in time
/// (10 s for what stops something, and 5 s for all else) has Error(timed_out), and holds up nobody, and a
/// server that is stopped (Ctrl-Z) has it at once. Sockets that nobody serves any more, and those of others,
/// are left out, unless it is `only`. `patience`: another time than that. `who`: whoever serves it has to be
/// that process of that user, or is told nothing.
std::vector<Told> ask_servers(const std::string& only, const control::Wish& wish,
                              std::optional<std::chrono::milliseconds> patience = std::nullopt,
                              const std::optional<base::UnixPeer>& who = std::nullopt);

/// Who runs this command.
approvals::Approver operator_here();

}  // namespace mcpssh::cli
