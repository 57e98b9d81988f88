#include "cli/operator/servers.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <memory>

#include "base/accounts.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "control/client.hpp"
#include "control/places.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;
using Clients = std::vector<std::unique_ptr<control::Client>>;

Error silent(const control::Client& client) {
  return {ErrorCode::timed_out, "the server at " + client.path().string() + " gave no answer"};
}

/// A socket's name says nothing of who serves it by now.
void require_same(const control::Client& client, const base::UnixPeer& who) {
  const auto& now = client.server();
  if (now.user == who.user && now.process == who.process) return;
  throw Error(base::Fault::wrong_server,
              "who serves " + client.path().string() + " is now " + described(now) + ", and no longer " +
                  described(who) + ", which was shown: nothing was sent",
              "look again with mcp-ssh pending");
}

/// By SIGSTOP or Ctrl-Z: proc_pid_stat(5), whose second field is a name that may hold anything.
bool is_stopped(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text, '\0');
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.substr(name_end, 3) == ") T";
}

/// It would be waited for in vain.
Error stopped(const control::Client& client) {
  const auto process = std::to_string(client.server().process);
  return {ErrorCode::timed_out,
          "the server at " + client.path().string() + " cannot answer: process " + process +
              " is stopped (Ctrl-Z or SIGSTOP)",
          "kill -CONT " + process + " lets it go on, and hear what it was told"};
}

/// True when it has given its answer, or cannot any more.
bool heard(control::Client& client, std::vector<Told>& told) {
  try {
    auto answers = client.read_ready();
    if (answers.empty()) return false;
    told.push_back({client.path(), std::move(answers.front()), client.server()});
  } catch (const Error& error) {
    told.push_back({client.path(), std::unexpected(error), client.server()});
  }
  return true;
}

/// Until all have answered, or the time is over. Takes out those who have.
void hear_all(Clients& clients, Steady::time_point deadline, std::vector<Told>& told) {
  while (!clients.empty()) {
    std::vector<pollfd> waiting;
    for (const auto& client : clients) waiting.push_back({client->fd(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
    if (left.count() <= 0) return;
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) return;
    for (std::size_t i = waiting.size(); i-- > 0;)
      if (waiting[i].revents != 0 && heard(*clients[i], told))
        clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::vector<const base::json::object*> objects_of(const base::json::object& answer, std::string_view key) {
  std::vector<const base::json::object*> found;
  const auto* list = answer.if_contains(key);
  if (list == nullptr || !list->is_array()) return found;
  for (const auto& each : list->get_array())
    if (const auto* fields = each.if_object()) found.push_back(fields);
  return found;
}

}  // namespace

std::vector<std::filesystem::path> sockets_for(const std::string& only) {
  if (!only.empty()) return {only};
  return control::sockets_in(control::operator_directories(hosts::process_environment()));
}

std::vector<Told> ask_servers(const std::string& only, const control::Wish& wish,
                              std::optional<std::chrono::milliseconds> patience,
                              const std::optional<base::UnixPeer>& who) {
  std::vector<Told> told;
  std::vector<std::unique_ptr<control::Client>> listening;
  for (const auto& socket : sockets_for(only)) {
    try {
      auto client = std::make_unique<control::Client>(socket);
      if (who) require_same(*client, *who);
      client->send(wish);
      if (is_stopped(client->server().process))
        told.push_back({socket, std::unexpected(stopped(*client)), client->server()});
      else
        listening.push_back(std::move(client));
    } catch (const Error& error) {
      const bool not_ours =
          error.code() == ErrorCode::not_found || error.code() == ErrorCode::permission_denied;
      if (!only.empty() || !not_ours) told.push_back({socket, std::unexpected(error), {}});
    }
  }
  using Kind = control::Wish::Kind;
  const auto usual = wish.kind == Kind::stop || wish.kind == Kind::stop_call ? 10s : 5s;
  hear_all(listening, Steady::now() + patience.value_or(usual), told);
  for (const auto& client : listening)
    told.push_back({client->path(), std::unexpected(silent(*client)), client->server()});
  return told;
}

std::string described(const base::UnixPeer& server) {
  return base::printable(base::user_name(server.user), 64) + "'s server (process " +
         std::to_string(server.process) + ")";
}

std::string counted(std::size_t number, std::string_view one) {
  return std::to_string(number) + " " + std::string(one) + (number == 1 ? "" : "s");
}

std::vector<const base::json::object*> requests_of(const base::json::object& answer) {
  return objects_of(answer, "requests");
}

std::vector<const base::json::object*> questions_of(const base::json::object& answer) {
  return objects_of(answer, "questions");
}

approvals::Approver operator_here() {
  approvals::Approver here;
  here.user = ::geteuid();
  here.name = base::user_name(here.user);
  return here;
}

}  // namespace mcpssh::cli
