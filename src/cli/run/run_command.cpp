// mcp-ssh run: a person's command, on the way every action takes.
#include <unistd.h>

#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <iostream>

#include "base/accounts.hpp"
#include "base/text.hpp"
#include "cli/failure_status.hpp"
#include "cli/hosts/hosts_prompt.hpp"
#include "cli/house.hpp"
#include "cli/local_action.hpp"
#include "cli/run/ask_here.hpp"
#include "cli/run/command_words.hpp"
#include "cli/run/exit_status.hpp"
#include "cli/run/many_hosts.hpp"
#include "cli/run/one_host.hpp"
#include "cli/run/run_options.hpp"
#include "hosts/selector.hpp"
#include "tools/fan_out.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;

/// What the gateway takes; one byte more, and it says so.
constexpr std::size_t most_input = std::size_t{1024} * 1024;

std::string standard_input() {
  std::string text;
  for (;;) {
    constexpr std::size_t step = std::size_t{64} * 1024;
    const std::size_t before = text.size();
    text.resize(before + step);
    const auto count = ::read(STDIN_FILENO, text.data() + before, step);
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(ErrorCode::io_error, "cannot read stdin: " + base::because(errno));
    if (text.size() > most_input)
      throw Error(ErrorCode::limit_reached, "stdin is longer than 1 MiB",
                  "put it into a file on the host, or leave --stdin away");
    if (count == 0) return text;
  }
}

gateway::Action action_of(const RunOptions& options) {
  gateway::Exec exec;
  exec.command = command_text(options.words, options.quote);
  exec.directory = options.directory;
  exec.environment = variables_of(options.environment);
  exec.sudo_user = options.sudo_user.empty() && options.sudo ? "root" : options.sudo_user;
  exec.tty = options.tty;
  if (options.input) exec.input = standard_input();
  gateway::Action action;
  action.principal = local_principal("run");
  action.tool = "run";
  action.what = std::move(exec);
  action.reason = options.reason;
  action.confirm_dangerous = options.yes;
  action.can_elicit = terminal_here();
  if (options.timeout > 0)
    action.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000));
  return action;
}

/// One for each host. A person ends by Ctrl-C what takes too long; a device's answer has to come in time to
/// be told from silence.
std::vector<gateway::Action> actions_on(const hosts::Snapshot& snapshot, const gateway::Action& action,
                                        const RunOptions& options) {
  const auto selected = hosts::require_hosts(snapshot, options.selector);
  if (!selected) throw Error(selected.error());
  std::vector<gateway::Action> actions;
  for (const auto* host : *selected) {
    if (options.quote && host->shell == hosts::ShellKind::cli)
      throw Error(ErrorCode::invalid_argument, host->name + " is a device, whose command line has no quotes",
                  "leave --quote away");
    actions.push_back(action);
    actions.back().host = host->name;
    if (!action.timeout && host->shell == hosts::ShellKind::posix)
      actions.back().timeout = std::chrono::milliseconds(0);
  }
  return actions;
}

base::Task<int> run_actions(gateway::Gateway& gateway, gateway::Action action, RunOptions options) {
  const auto executor = co_await base::asio::this_coro::executor;
  auto actions = actions_on(*gateway.snapshot(), action, options);
  Attending attending(gateway, executor);
  std::exception_ptr failure;
  int status = not_run_status;
  try {
    const bool many = options.json || tools::names_many(options.selector);
    if (many)
      status = co_await run_on_many(gateway, std::move(actions), options, attending);
    else
      status = co_await run_on_one(gateway, std::move(actions.front()), attending);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await attending.end();
  if (failure) std::rethrow_exception(failure);
  co_return status;
}

}  // namespace

int run_command(const Common& common, const RunOptions& options) {
  try {
    auto action = action_of(options);
    return with_gateway(
        common, [&](gateway::Gateway& gateway) { return run_actions(gateway, std::move(action), options); },
        terminal_prompter(), Attended::yes);
  } catch (const Error& error) {
    if (failure_status(error) == bad_configuration) throw;
    std::cerr << "mcp-ssh: " << readable(error.what()) << std::flush;
    return error.code() == ErrorCode::invalid_argument ? 2 : not_run_status;
  }
}

}  // namespace mcpssh::cli
