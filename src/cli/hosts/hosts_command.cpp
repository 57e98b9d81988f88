// mcp-ssh hosts list | test
#include <fmt/format.h>

#include <iostream>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/hosts/hosts_prompt.hpp"
#include "cli/hosts/test_steps.hpp"
#include "cli/house.hpp"
#include "cli/local_action.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::cli {
namespace {

base::json::object json_of(const gateway::Outcome& outcome, const std::vector<TestStep>& steps) {
  base::json::array told;
  for (const auto& step : steps)
    told.push_back(base::json::object{{"step", step.name},
                                      {"state", step.state == TestStep::State::ok       ? "ok"
                                                : step.state == TestStep::State::failed ? "failed"
                                                                                        : "not_reached"},
                                      {"detail", step.detail}});
  base::json::object one{
      {"host", outcome.host}, {"ok", outcome.state == gateway::State::connected}, {"steps", std::move(told)}};
  if (outcome.error)
    one["error"] = base::json::object{{"code", base::to_string(outcome.error->code)},
                                      {"fault", base::to_string(outcome.error->fault)},
                                      {"message", outcome.error->message}};
  return one;
}

void print(const gateway::Outcome& outcome, const std::vector<TestStep>& steps) {
  for (const auto& step : steps)
    std::cout << fmt::format("  {:12}  {:6}  {}\n", step.name, to_string(step.state),
                             base::printable(step.detail, 300));
  if (outcome.state == gateway::State::connected) {
    const auto& facts = *outcome.connection;
    std::cout << outcome.host << ": ok, " << facts.user << "@" << facts.address << ", " << facts.host_key_type
              << " " << facts.fingerprint << ", by " << facts.auth_method << "\n";
  } else {
    std::cout << (outcome.error ? outcome.error->message : outcome.host + ": failed") << "\n";
  }
}

base::Task<int> test_hosts(gateway::Gateway& gateway, std::string selector, bool json) {
  const auto snapshot = gateway.snapshot();
  base::json::array all;
  int failed = 0;
  for (const auto& name : selected_hosts(*snapshot, selector)) {
    if (!json) std::cout << name << "\n" << std::flush;
    auto outcome = co_await local_action(gateway, name, gateway::Connect(), "hosts test");
    outcome.host = name;
    const auto steps = test_steps(*snapshot->find(name), outcome);
    if (json)
      all.push_back(json_of(outcome, steps));
    else
      print(outcome, steps);
    if (outcome.state != gateway::State::connected) failed += 1;
  }
  if (json) {
    base::json::object report;
    report["version"] = 1;
    report["hosts"] = std::move(all);
    std::cout << base::json::serialize(report) << "\n";
  }
  co_return failed == 0 ? 0 : 1;
}

base::json::object json_of(const hosts::Host& host) {
  base::json::array groups;
  for (const auto& group : host.groups) groups.emplace_back(group);
  base::json::object out{{"name", host.name},
                         {"host", host.address},
                         {"port", host.port},
                         {"user", host.user},
                         {"login", hosts::methods_text(host.auth)},
                         {"shell", to_string(host.shell)},
                         {"mode", to_string(host.mode)},
                         {"groups", std::move(groups)},
                         {"place", host.place.str()}};
  if (!host.platform.empty()) out["platform"] = host.platform;
  if (!host.description.empty()) out["description"] = host.description;
  if (!host.jump.empty()) out["jump"] = base::join(host.jump, ",");
  return out;
}

int print_json(const hosts::Snapshot& snapshot, const std::vector<std::string>& names) {
  base::json::array all, notes;
  for (const auto& name : names) all.push_back(json_of(*snapshot.find(name)));
  for (const auto& note : snapshot.notes) notes.emplace_back(note);
  const base::json::object report{{"version", 1},
                                  {"file", snapshot.path.string()},
                                  {"hosts", std::move(all)},
                                  {"notes", std::move(notes)}};
  std::cout << base::json::serialize(report) << "\n";
  return 0;
}

}  // namespace

int hosts_list(const Common& common, const std::string& selector, bool json) {
  const Configuration configuration = starting_configuration(common);
  const auto names = selected_hosts(*configuration.snapshot, selector);
  if (json) return print_json(*configuration.snapshot, names);
  for (const auto& name : names) {
    const auto& host = *configuration.snapshot->find(name);
    std::cout << host.name << "  " << host.user << "@" << host.address << ":" << host.port << "  "
              << to_string(host.shell) << ", login by " << hosts::methods_text(host.auth) << "\n";
  }
  for (const auto& note : configuration.snapshot->notes) std::cerr << "note: " << note << "\n";
  if (configuration.snapshot->hosts.empty())
    std::cout << "no hosts are configured in " << configuration.snapshot->path.string() << "\n";
  return 0;
}

int hosts_test(const Common& common, const std::string& selector, bool json) {
  return with_gateway(
      common, [selector, json](gateway::Gateway& gateway) { return test_hosts(gateway, selector, json); },
      terminal_prompter());
}

}  // namespace mcpssh::cli
