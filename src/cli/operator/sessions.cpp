// mcp-ssh sessions, and stop CALL.
#include <chrono>
#include <iostream>
#include <optional>

#include "base/clock.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/operator/servers.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;
using control::Wish;

std::string text(const json::object& from, std::string_view key) {
  return base::printable(base::find_string(from, key).value_or(""), 200);
}

std::int64_t number(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string idle_text(const json::object& thing) {
  return base::human_duration(std::chrono::milliseconds(number(thing, "idle_ms")));
}

std::string line_of(const json::object& thing) {
  const auto kind = text(thing, "kind"), host = text(thing, "host"), name = text(thing, "name");
  const bool busy = number(thing, "in_use") > 0;
  if (kind == "call")
    return host + "  " + name + " " + text(thing, "state") + " for " + idle_text(thing) + ": " +
           text(thing, "detail");
  if (kind == "shell")
    return host + "  shell \"" + name + "\", " + (busy ? "busy" : "idle " + idle_text(thing));
  if (kind == "tunnel")
    return host + "  tunnel " + name + " from " + text(thing, "listen") + " to " + text(thing, "target");
  return host + "  connection to " + text(thing, "address") + " by " + text(thing, "detail") + ", " +
         (busy ? "in use" : "idle " + idle_text(thing));
}

std::vector<const json::object*> things_of(const json::object& answer) {
  std::vector<const json::object*> found;
  const auto* all = answer.if_contains("sessions");
  if (all == nullptr || !all->is_array()) return found;
  for (const auto& each : all->get_array())
    if (const auto* thing = each.if_object()) found.push_back(thing);
  return found;
}

int print_text(const std::vector<Told>& told) {
  int status = 0;
  for (const auto& [socket, answer, server] : told) {
    if (!answer) {
      std::cerr << "mcp-ssh: " << socket.string() << ": " << answer.error().what() << "\n";
      status = 1;
      continue;
    }
    const auto things = things_of(*answer);
    std::cout << described(server) << (things.empty() ? ": nothing is open" : "") << "\n";
    std::string of;
    for (const auto* thing : things) {
      if (const auto principal = text(*thing, "principal"); principal != of) {
        std::cout << "  of " << principal << "\n";
        of = principal;
      }
      std::cout << "    " << line_of(*thing) << "\n";
    }
  }
  if (told.empty()) std::cout << "no mcp-ssh server that you can reach runs\n";
  return status;
}

int print_json(const std::vector<Told>& told) {
  json::array servers;
  int status = 0;
  for (const auto& [socket, answer, server] : told) {
    json::object one{{"socket", base::to_utf8(socket.string())}};
    if (answer) {
      one["pid"] = server.process;
      one["user"] = server.user;
      const auto* things = answer->if_contains("sessions");
      one["sessions"] = things != nullptr ? *things : json::value(json::array());
    } else {
      one["error"] = base::to_utf8(answer.error().message());
      status = 1;
    }
    servers.push_back(std::move(one));
  }
  std::cout << json::serialize(json::object{{"version", 1}, {"servers", std::move(servers)}}) << "\n";
  return status;
}

/// True when nothing of it is left on its host.
bool say(const std::string& id, const json::object& report) {
  const auto host = text(report, "host"), remains = text(report, "remains");
  const auto* ended = report.if_contains("ended");
  const bool over = ended != nullptr && ended->is_bool() && ended->get_bool();
  const bool gone = over && (remains == "proved_gone" || remains == "nothing_to_stop");
  const auto pid = number(report, "pid") > 0 ? " (pid " + std::to_string(number(report, "pid")) + ")" : "";
  std::cout << host << ": " << id << " "
            << (!over                        ? "was asked to stop and has not ended yet"
                : remains == "proved_gone"   ? "stopped; its processes on the host are gone"
                : gone                       ? "stopped; nothing of it ran on the host"
                : remains == "still_running" ? "stopped, and STILL RUNNING on the host" + pid
                                             : "stopped; it may still be running on the host" + pid)
            << "\n";
  return gone;
}

}  // namespace

int sessions(const OperatorOptions& options) {
  Wish wish;
  wish.kind = Wish::Kind::sessions;
  const auto told = ask_servers(options.socket, wish);
  return options.json ? print_json(told) : print_text(told);
}

int stop_call(const OperatorOptions& options) {
  Wish wish;
  wish.kind = Wish::Kind::stop_call;
  wish.id = options.id;
  std::optional<base::Error> failure;
  for (const auto& [socket, answer, server] : ask_servers(options.socket, wish)) {
    if (answer) return say(base::printable(options.id, 40), *answer) ? 0 : 1;
    if (!failure || answer.error().code() != base::ErrorCode::not_found) failure = answer.error();
  }
  throw failure ? base::Error(*failure)
                : base::Error(base::Fault::no_server, "no mcp-ssh server that you can reach runs",
                              "name its socket with --socket");
}

}  // namespace mcpssh::cli
