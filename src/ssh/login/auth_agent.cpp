#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "ssh/login/agent_relay.hpp"
#include "ssh/login/log_in.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::Fault;
using Step = LogIn::Step;
namespace {

Error no_agent() {
  return Error(Fault::agent_unavailable, "no SSH agent: SSH_AUTH_SOCK is not set",
               "start ssh-agent and add a key, or set auth.key_path for this host");
}

Error failed(const std::string& path, const std::string& why) {
  return Error(Fault::agent_unavailable, fmt::format("the SSH agent at {} failed: {}", path, why),
               "check `ssh-add -l`, or set auth.key_path for this host");
}

Error nothing_offered(const AgentRelay& relay, const std::string& wanted) {
  if (relay.held() == 0)
    return Error(Fault::agent_without_key, "the SSH agent holds no key this program can use",
                 "add one with ssh-add, or set auth.key_path for this host");
  return Error(Fault::agent_without_key,
               fmt::format("the SSH agent does not hold the key {} (it holds {} others)",
                           base::printable(wanted), relay.held()),
               "compare with `ssh-add -l`, and add the key with ssh-add");
}

}  // namespace

/// libssh asks the host about each key before it lets the agent sign: two round trips for the one it takes.
base::Task<Step> log_in_by_agent(LogIn& log_in) {
  using namespace base::asio::experimental::awaitable_operators;
  const auto& credentials = log_in.target.credentials;
  const std::string path = credentials.agent_socket;
  if (path.empty()) co_return log_in.pass_over("publickey (agent)", no_agent());
  const int most = log_in.attempts_left - std::max(1, log_in.reserved_behind(Credentials::Method::agent));
  IdentityFilter filter;
  filter.max_keys = static_cast<std::size_t>(std::max(1, most));
  filter.only = credentials.agent_key;
  AgentRelay relay(log_in.driver->executor(), path, std::move(filter));
  ssh_set_agent_socket(log_in.driver->session(), relay.release_libssh_end());
  const auto call = [](ssh_session session) { return ssh_userauth_agent(session, nullptr); };
  log_in.under_way = "publickey (agent)";
  auto first = co_await (caught(log_in.drive_blocking(call)) || relay.serve());
  auto& outcome = std::get<0>(first);  // serve() ends only by cancellation
  if (!relay.failure().empty() && log_in.driver->alive())
    co_return log_in.pass_over("publickey (agent)", failed(path, relay.failure()));
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  if (relay.offered() == 0 && log_in.driver->alive())
    co_return log_in.pass_over("publickey (agent)", nothing_offered(relay, credentials.agent_key));
  // One attempt is counted by after().
  if (*outcome.value == SSH_AUTH_DENIED) log_in.attempts_left -= static_cast<int>(relay.offered()) - 1;
  co_return log_in.after(*outcome.value, "publickey (agent)");
}

}  // namespace mcpssh::ssh
