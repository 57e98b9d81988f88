// What leads out of this machine and into this program: the agent, host keys, sockets, tokens, people.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "approvals/freeze.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unix_socket.hpp"
#include "cli/doctor/house_checks.hpp"
#include "cli/service/operators_door.hpp"
#include "cli/service/serve_http.hpp"
#include "cli/service/serve_oauth.hpp"
#include "cli/token_place.hpp"
#include "control/places.hpp"
#include "gateway/surroundings.hpp"
#include "transport/http/token_file.hpp"

namespace mcpssh::cli::doctor {
namespace {
namespace fs = std::filesystem;
using base::Error;

constexpr std::chrono::seconds agent_patience{3};
/// Named in one line.
constexpr std::size_t most_named = 8;

/// How much the hosts need an agent.
enum class Need {
  none,      ///< no host needs one: the others of its methods go without
  or_files,  ///< the usual key files do too
  required,
};

Need need_of(const hosts::Auth& auth) {
  if (auth.methods.empty()) return Need::or_files;
  return auth.methods == std::vector{hosts::AuthMethod::agent} ? Need::required : Need::none;
}

Need need_of(const House& house) {
  Need most = Need::none;
  for (const auto& name : house.names)
    if (const auto* host = house.snapshot->find(name)) most = std::max(most, need_of(host->auth));
  return most;
}

bool has_usual_keys() {
  const auto there = [](const char* name) { return ::access(base::expand_home(name).c_str(), R_OK) == 0; };
  return std::ranges::any_of(std::array{"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"}, there);
}

Finding without_agent(Need need, std::string detail, std::string cause, std::string fix) {
  if (need == Need::required) return fail("agent", std::move(detail), std::move(cause), std::move(fix));
  if (need == Need::none || has_usual_keys())
    return ok("agent",
              detail + (need == Need::none ? "; no host here needs one" : "; the usual key files are used"));
  return warn("agent", std::move(detail), std::move(cause), std::move(fix));
}

std::string named(const std::vector<std::string>& names) {
  if (names.size() <= most_named) return base::join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + most_named);
  return fmt::format("{} and {} more", base::join(first, ", "), names.size() - most_named);
}

bool can_hold_sockets(const fs::path& directory) {
  struct stat info{};
  if (::lstat(directory.c_str(), &info) == 0)
    return S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  const fs::path above = directory.parent_path();
  if (::access(above.c_str(), F_OK) != 0) return above.has_relative_path() && can_hold_sockets(above);
  return ::access(above.c_str(), W_OK | X_OK) == 0;
}

bool is_served(const fs::path& socket) {
  const auto probe = base::unix_socket();
  ::fcntl(probe.get(), F_SETFL, O_NONBLOCK);
  const int error = base::connect_unix(probe.get(), socket);
  return error == 0 || error == EAGAIN;
}

std::string servers_running(const hosts::Environment& environment) {
  const auto sockets = control::sockets_in(control::operator_directories(environment));
  const auto running = std::ranges::count_if(sockets, is_served);
  return running == 0 ? "no server of yours runs" : fmt::format("{} of yours running", running);
}

Findings named_tokens() {
  const auto tokens = transport::read_tokens(token_place());
  if (tokens.empty()) return {};
  const auto now = base::Clock().wall();
  std::vector<std::string> expired;
  for (const auto& token : tokens)
    if (token.expires && *token.expires <= now) expired.push_back(token.name);
  const std::string detail = fmt::format("{} named, in {}", tokens.size(), token_place().string());
  if (expired.empty()) return {ok("tokens", detail)};
  std::string fix;
  for (const auto& name : expired)
    fix += (fix.empty() ? "" : "\n") + ("mcp-ssh token revoke " + base::shell_quote(name));
  return {warn("tokens", detail, "expired: " + named(expired), fix)};
}

}  // namespace

Findings agent_findings(const House& house) {
  const Need need = need_of(house);
  const std::string socket = house.environment("SSH_AUTH_SOCK").value_or("");
  if (socket.empty())
    return {without_agent(
        need, "none: SSH_AUTH_SOCK is not set",
        "hosts here log in with the agent's keys, and a server started like this finds none",
        "eval \"$(ssh-agent)\" && ssh-add   # and pass SSH_AUTH_SOCK on to the MCP client's server entry")};
  try {
    const auto census = gateway::look_at_agent(socket, agent_patience);
    if (census.usable == 0)
      return {without_agent(
          need,
          fmt::format("{}: {}", socket,
                      census.held == 0 ? "it holds no key" : "it holds no key that can be used here"),
          "there is nothing to log in with", "ssh-add")};
    return {
        ok("agent", fmt::format("{}, {} {}", socket, census.usable, census.usable == 1 ? "key" : "keys"))};
  } catch (const Error& error) {
    return {without_agent(
        need, socket + ": " + error.cause(), "SSH_AUTH_SOCK names an agent that is gone",
        "eval \"$(ssh-agent)\" && ssh-add   # and start the server with the new SSH_AUTH_SOCK")};
  }
}

Findings known_hosts_findings(const House& house) {
  Findings found;
  const auto files = gateway::known_hosts_files(*house.snapshot);
  std::vector<std::string> there;
  for (const auto& each : files) {
    if (!each.failure.empty())
      found.push_back(fail("known hosts", each.file.string(), each.failure,
                           "ls -l " + base::shell_quote(each.file.string())));
    else if (each.there)
      there.push_back(each.file.string());
  }
  const auto without = gateway::hosts_without_key(*house.snapshot, house.names);
  const std::string detail = there.empty() ? "no file yet" : base::join(there, ", ");
  if (without.empty())
    found.push_back(ok("known hosts", detail));
  else
    found.push_back(
        warn("known hosts", detail,
             "no host key is on record for " + named(without) + ": refused until a person trusts it",
             "mcp-ssh hosts trust " + base::shell_quote(base::join(without, ","))));
  return found;
}

Findings socket_findings(const House& house) {
  const auto places = control::server_directories(house.environment, false);
  const auto place = std::ranges::find_if(places, can_hold_sockets);
  if (place == places.end())
    return {warn("operators", places.front().string() + " cannot hold a socket",
                 "nobody could approve, freeze or stop from outside",
                 "mkdir -p -m 700 " + base::shell_quote(places.back().string()))};
  return {ok("operators", place->string() + ", " + servers_running(house.environment))};
}

Findings token_findings(const House& house) {
  try {
    Findings found = named_tokens();
    if (serves_http({}, house.environment)) {
      const bool oauth =
          house.snapshot && oauth_settings(house.snapshot->settings, house.environment).has_value();
      require_token(house.environment, oauth);
      if (found.empty())
        found.push_back(ok("tokens", oauth ? "of an authorization server" : "MCP_AUTH_TOKEN is set"));
    }
    return found;
  } catch (const Error& error) {
    return {failed("tokens", "clients over HTTP", error)};
  }
}

Findings freeze_findings() {
  approvals::Freeze freeze(approvals::Freeze::default_file());
  const auto& note = freeze.active();
  if (!note) return {ok("freeze", "not frozen")};
  return {fail("freeze", "frozen by " + approvals::described(*note), "nothing runs on any host",
               "ask who froze it; then mcp-ssh thaw")};
}

Findings approval_findings(const House& house) {
  const auto& settings = house.snapshot->settings;
  try {
    const bool service = serves_http({}, house.environment);
    const auto group = approvers_of(settings, service);
    Findings found;
    for (const auto& gap : approval_gaps(*house.snapshot, group.has_value(), service))
      found.push_back(warn("approval", gap, "", ""));
    if (found.empty())
      found.push_back(
          ok("approval", fmt::format("{}{}", to_string(settings.approval),
                                     group ? ", approvers: group " + group->name : std::string())));
    return found;
  } catch (const Error& error) {
    return {failed("approval", std::string(to_string(settings.approval)), error)};
  }
}

}  // namespace mcpssh::cli::doctor
