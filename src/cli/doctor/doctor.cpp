// mcp-ssh doctor: what would keep this program, on this machine, from doing its work, and how to mend it.
#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/doctor/host_checks.hpp"
#include "cli/doctor/house_checks.hpp"
#include "cli/doctor/report.hpp"
#include "cli/failure_status.hpp"
#include "cli/hosts/hosts_prompt.hpp"
#include "cli/house.hpp"
#include "cli/local_action.hpp"
#include "hosts/routes.hpp"

namespace mcpssh::cli {
namespace {

using namespace doctor;

constexpr int interrupted = 130;

/// Says each section as soon as it is known; as JSON all at once in the end.
class Report {
 public:
  explicit Report(bool json) : json_(json), style_(style_of_stdout()) {}

  void add(Section section) {
    if (!json_) std::cout << (all_.empty() ? "" : "\n") << rendered(section, style_) << std::flush;
    all_.push_back(std::move(section));
  }
  /// The exit status.
  int end() const {
    const bool fine = count(all_, Finding::State::fail) == 0;
    if (json_)
      std::cout << base::json::serialize(as_json(fine)) << "\n";
    else
      std::cout << "\n" << summary(all_) << "\n";
    return fine ? 0 : 1;
  }

 private:
  [[nodiscard]] base::json::object as_json(bool fine) const {
    base::json::array hosts;
    for (std::size_t i = 1; i < all_.size(); ++i) {
      auto one = to_json(all_[i]);
      one["host"] = all_[i].title;
      hosts.push_back(std::move(one));
    }
    base::json::object summed{{"ok", count(all_, Finding::State::ok)},
                              {"warn", count(all_, Finding::State::warn)},
                              {"fail", count(all_, Finding::State::fail)},
                              {"skipped", count(all_, Finding::State::skipped)}};
    return {{"version", 1},
            {"ok", fine},
            {"house", to_json(all_.at(0))},
            {"hosts", std::move(hosts)},
            {"summary", std::move(summed)}};
  }

  bool json_;
  Style style_;
  std::vector<Section> all_;  ///< the house first
};

/// The configuration that is there, or what is wrong with it.
std::expected<Configuration, base::Error> read_configuration(const Common& common) {
  try {
    return starting_configuration(common);
  } catch (const base::Error& error) {
    return std::unexpected(error);
  }
}

Section house_section(const House& house, const std::optional<base::Error>& wrong) {
  Section section;
  section.title = "this machine";
  section.findings = house_findings(house);
  if (wrong)
    section.findings.insert(section.findings.begin(), failed("configuration", house.file.string(), *wrong));
  return section;
}

base::Task<int> look_at_hosts(gateway::Gateway& gateway, std::vector<std::string> names, Report& report) {
  for (const auto& name : names) {
    auto section = co_await look_at_host(gateway, name);
    report.add(std::move(section));
  }
  co_return report.end();
}

/// In a race a failure has to count as an end: Asio's `||` would wait for the other side.
base::Task<int> caught(base::Task<int> work, std::exception_ptr& failure) {
  try {
    co_return co_await std::move(work);
  } catch (...) {
    failure = std::current_exception();
  }
  co_return 1;
}

/// Ctrl-C ends what runs, with its records, and then the program.
base::Task<int> unless_interrupted(base::Task<int> work) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::signal_set signals(executor, SIGINT, SIGTERM);
  std::exception_ptr failure;
  auto first = co_await (caught(std::move(work), failure) || signals.async_wait(boost::asio::use_awaitable));
  if (first.index() == 0 && failure) std::rethrow_exception(failure);
  if (first.index() == 0) co_return std::get<0>(first);
  std::cerr << "\nmcp-ssh: interrupted\n";
  co_return interrupted;
}

/// With the jump hosts on the way: their keys and secrets matter as much.
std::vector<std::string> with_the_way(const hosts::Snapshot& snapshot, std::vector<std::string> names) {
  const hosts::Routes routes(snapshot);
  for (std::size_t i = 0, selected = names.size(); i < selected; ++i)
    for (const auto* hop : routes.hops_to(*snapshot.find(names[i])))
      if (std::ranges::find(names, hop->name) == names.end()) names.push_back(hop->name);
  return names;
}

}  // namespace

int doctor_command(const Common& common, const std::string& selector, bool json) {
  Report report(json);
  House house;
  house.file = configuration_path(common);
  house.environment = hosts::process_environment();
  const auto configuration = read_configuration(common);
  if (!configuration) {
    report.add(house_section(house, configuration.error()));
    report.end();
    return bad_configuration;
  }
  house.snapshot = configuration->snapshot;
  const auto names = selector.empty() ? house.snapshot->names() : selected_hosts(*house.snapshot, selector);
  house.names = with_the_way(*house.snapshot, names);
  report.add(house_section(house, std::nullopt));
  if (selector.empty()) return report.end();
  return with_gateway(
      common,
      [&report, names](gateway::Gateway& gateway) {
        return unless_interrupted(look_at_hosts(gateway, names, report));
      },
      terminal_prompter());
}

}  // namespace mcpssh::cli
