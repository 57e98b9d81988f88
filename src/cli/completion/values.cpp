#include "cli/completion/values.hpp"

#include <chrono>
#include <set>

#include "cli/house.hpp"
#include "cli/operator/servers.hpp"
#include "cli/token_place.hpp"
#include "hosts/snapshot.hpp"
#include "transport/http/token_file.hpp"

namespace mcpssh::cli {
namespace {

/// Nobody waits longer for a tab.
constexpr auto patience = std::chrono::milliseconds(200);

hosts::Snapshot snapshot_of(const std::string& config) {
  Common common;
  if (!config.empty()) common.config = config;
  auto loaded = hosts::load(configuration_path(common), hosts::process_environment());
  return loaded ? *std::move(loaded) : hosts::Snapshot();
}

std::vector<Candidate> hosts_of(const std::string& config, bool several) {
  const auto snapshot = snapshot_of(config);
  std::vector<Candidate> found;
  std::set<std::string> groups;
  for (const auto& host : snapshot.hosts) {
    const auto where = host.user + "@" + host.address;
    found.push_back({host.name, host.description.empty() ? where : host.description});
    groups.insert(host.groups.begin(), host.groups.end());
  }
  if (!several || found.empty()) return found;
  for (const auto& group : groups) found.push_back({"@" + group, "group"});
  found.push_back({"all", "every host"});
  return found;
}

std::vector<Candidate> tokens() {
  std::vector<Candidate> found;
  for (const auto& token : transport::read_tokens(token_place())) found.push_back({token.name, ""});
  return found;
}

/// Requests for approval, what hosts ask, or both.
std::vector<Candidate> waiting(bool requests, bool questions) {
  std::vector<Candidate> found;
  control::Wish wish;
  wish.kind = control::Wish::Kind::pending;
  const auto word = [](const base::json::object* from, std::string_view key) {
    return base::find_string(*from, key).value_or("");
  };
  for (const auto& told : ask_servers("", wish, patience)) {
    if (!told.answer) continue;
    if (requests)
      for (const auto* each : requests_of(*told.answer))
        found.push_back({word(each, "id"), word(each, "tool") + " for " + word(each, "principal")});
    if (questions)
      for (const auto* each : questions_of(*told.answer))
        found.push_back({word(each, "id"), word(each, "host") + " asks " + word(each, "user")});
  }
  return found;
}

std::vector<Candidate> calls() {
  std::vector<Candidate> found;
  control::Wish wish;
  wish.kind = control::Wish::Kind::sessions;
  for (const auto& told : ask_servers("", wish, patience)) {
    const auto* all = told.answer ? told.answer->if_contains("sessions") : nullptr;
    if (all == nullptr || !all->is_array()) continue;
    for (const auto& each : all->get_array())
      if (const auto* thing = each.if_object(); thing && base::find_string(*thing, "kind") == "call")
        found.push_back({base::find_string(*thing, "name").value_or(""),
                         base::find_string(*thing, "host").value_or("") + ": " +
                             base::find_string(*thing, "detail").value_or("")});
  }
  return found;
}

}  // namespace

std::vector<Candidate> values_of(std::string_view kind, const std::string& config) {
  if (kind == "HOSTS" || kind == "HOST") return hosts_of(config, kind == "HOSTS");
  if (kind == "TOKEN") return tokens();
  if (kind == "REQUEST" || kind == "QUESTION" || kind == "WAITING")
    return waiting(kind != "QUESTION", kind != "REQUEST");
  if (kind == "CALL") return calls();
  return {};
}

}  // namespace mcpssh::cli
