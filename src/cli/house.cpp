#include "cli/house.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <thread>

#include "approvals/freeze.hpp"
#include "base/file.hpp"
#include "base/nursery.hpp"
#include "cli/service/operators_door.hpp"

namespace mcpssh::cli {
namespace fs = std::filesystem;
namespace {

/// A few threads carry hundreds of connections; more only cost memory.
std::size_t connection_threads() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 1, 4);
}

base::Task<int> run_and_shut_down(gateway::Gateway& gateway, base::Nursery& operators,
                                  std::function<base::Task<int>(gateway::Gateway&)> work) {
  std::exception_ptr failure;
  int status = 1;
  try {
    status = co_await work(gateway);
  } catch (...) {
    failure = std::current_exception();
  }
  operators.cancel();
  co_await operators.join();
  co_await gateway.shutdown();
  if (failure) std::rethrow_exception(failure);
  co_return status;
}

Configuration compiled(std::expected<hosts::Snapshot, base::Error> snapshot) {
  if (!snapshot) throw base::Error(snapshot.error());
  Configuration configuration;
  configuration.snapshot = std::make_shared<const hosts::Snapshot>(*std::move(snapshot));
  auto policies = gateway::PolicySet::compile(*configuration.snapshot);
  if (!policies) throw base::Error(policies.error());
  configuration.policies = *std::move(policies);
  return configuration;
}

}  // namespace

fs::path configuration_path(const Common& common) {
  return hosts::configuration_path(common.config, hosts::process_environment());
}

Configuration configure(const fs::path& path) {
  return compiled(hosts::load(path, hosts::process_environment()));
}

Configuration starting_configuration(const Common& common) {
  const auto environment = hosts::process_environment();
  const auto path = configuration_path(common);
  const bool named = common.config || environment("MCP_SSH_CONFIG");
  if (!named && !fs::exists(path)) return compiled(hosts::parse("", path, environment));
  return configure(path);
}

fs::path journal_path(const hosts::Snapshot& snapshot) {
  if (snapshot.settings.audit_log.empty()) return base::state_directory() / "audit.jsonl";
  const fs::path given = base::expand_home(snapshot.settings.audit_log);
  return given.is_absolute() ? given : fs::absolute(snapshot.path).parent_path() / given;
}

std::unique_ptr<gateway::Gateway> open_gateway(base::Executor executor, const Configuration& configuration,
                                               base::Log log, gateway::AskHuman ask_human,
                                               std::shared_ptr<base::Metrics> metrics, bool approvers,
                                               std::chrono::milliseconds login_answer_within) {
  gateway::Gateway::Options options;
  options.journal = journal_path(*configuration.snapshot);
  options.environment = hosts::process_environment();
  options.log = std::move(log);
  options.threads = connection_threads();
  options.ask_human = std::move(ask_human);
  options.metrics = std::move(metrics);
  options.freeze_file = approvals::Freeze::default_file();
  options.codes_file = base::state_directory() / "approver-codes.json";
  options.approvers = approvers;
  options.login_answer_within = login_answer_within;
  return std::make_unique<gateway::Gateway>(std::move(executor), std::move(options), configuration.snapshot,
                                            configuration.policies);
}

int with_gateway(const Common& common, std::function<base::Task<int>(gateway::Gateway&)> work,
                 gateway::AskHuman ask_human, Attended attended) {
  const Configuration configuration = starting_configuration(common);
  boost::asio::io_context loop(1);
  auto log = base::Log::to_stderr(base::parse_log_level(common.log_level));
  std::optional<ApproversGroup> approvers;
  if (attended == Attended::yes) approvers = approvers_of(configuration.snapshot->settings, false);
  const auto gateway =
      open_gateway(loop.get_executor(), configuration, log, std::move(ask_human), {}, approvers.has_value());
  // What a server says of approvers at its start is not for each command to say.
  OperatorsDoor door(*gateway, approvers, false, base::Log::to_stderr(base::LogLevel::error));
  base::Nursery operators(loop.get_executor(), log);
  if (attended == Attended::yes) door.open(operators);
  int status = 1;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, run_and_shut_down(*gateway, operators, std::move(work)),
                        [&](const std::exception_ptr& thrown, int returned) {
                          failure = thrown;
                          status = returned;
                        });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return status;
}

}  // namespace mcpssh::cli
