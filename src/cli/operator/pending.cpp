// mcp-ssh pending: what waits for a person, on every server of the user.
#include <iostream>
#include <set>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/operator/question_text.hpp"
#include "cli/operator/request_text.hpp"
#include "cli/operator/servers.hpp"
#include "cli/operator/watch.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;

/// Ids that more than one server has: one of them imitates another.
std::set<std::string> doubtful(const std::vector<Told>& told) {
  std::set<std::string> seen, twice;
  const auto note = [&](const std::vector<const json::object*>& open) {
    for (const auto* each : open)
      if (const auto id = base::find_string(*each, "id").value_or(""); !seen.insert(id).second)
        twice.insert(id);
  };
  for (const auto& each : told) {
    if (!each.answer) continue;
    note(requests_of(*each.answer));
    note(questions_of(*each.answer));
  }
  return twice;
}

int print_json(const std::vector<Told>& told) {
  json::array servers;
  int status = 0;
  for (const auto& [socket, answer, by] : told) {
    json::object server{{"socket", socket.string()}};
    if (answer) {
      const auto* about = base::find_object(*answer, "server");
      server["server"] = about != nullptr ? json::value(*about) : json::value();
      server["user"] = by.user;  // these two by the kernel's word
      server["process"] = by.process;
      json::array requests;
      for (const auto* request : requests_of(*answer)) requests.push_back(*request);
      server["requests"] = std::move(requests);
      json::array questions;
      for (const auto* question : questions_of(*answer)) questions.push_back(*question);
      server["questions"] = std::move(questions);
    } else {
      server["error"] = answer.error().what();
      status = 1;
    }
    servers.push_back(std::move(server));
  }
  std::cout << json::serialize(json::object{{"version", 1}, {"servers", std::move(servers)}}) << "\n";
  return status;
}

int print_text(const std::vector<Told>& told) {
  int status = 0;
  std::size_t open = 0;
  const auto twice = doubtful(told);
  for (const auto& [socket, answer, by] : told) {
    if (!answer) {
      std::cerr << "mcp-ssh: " << answer.error().what() << "\n";
      status = 1;
      continue;
    }
    const auto* server = base::find_object(*answer, "server");
    if (const auto frozen = server != nullptr ? base::find_string(*server, "frozen") : std::nullopt)
      std::cout << "FROZEN by " << base::printable(*frozen, 500) << "\n";
    for (const auto* request : requests_of(*answer)) {
      std::cout << (open++ > 0 ? "\n" : "") << request_text(*request) << "  at " << described(by) << ", "
                << socket.string() << "\n";
      if (twice.contains(base::find_string(*request, "id").value_or("")))
        std::cout << "  WARNING: another server shows a request with this id; do not approve it\n";
    }
    for (const auto* question : questions_of(*answer)) {
      std::cout << (open++ > 0 ? "\n" : "") << question_text(*question) << "  at " << described(by) << ", "
                << socket.string() << "\n";
      if (twice.contains(base::find_string(*question, "id").value_or("")))
        std::cout << "  WARNING: another server shows a question with this id; do not answer it\n";
    }
  }
  if (told.empty())
    std::cout << "no mcp-ssh server that you can reach runs\n";
  else if (open == 0 && status == 0)
    std::cout << "nothing waits for approval\n";
  return status;
}

}  // namespace

int pending(const OperatorOptions& options) {
  if (options.watch) return watch_servers(options);
  control::Wish wish;
  wish.kind = control::Wish::Kind::pending;
  const auto told = ask_servers(options.socket, wish);
  return options.json ? print_json(told) : print_text(told);
}

}  // namespace mcpssh::cli
