#include "ssh/authentication.hpp"

#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "ssh/agent_relay.hpp"
#include "ssh/key_file.hpp"
#include "ssh/race.hpp"

namespace mcpssh::ssh {
namespace {
using base::Error;
using base::ErrorCode;

/// A host that asks more often is not asking for a password.
constexpr int max_rounds = 10;

/// libssh says "again" in two ways.
int again(int rc) {
  return rc == SSH_AUTH_AGAIN ? SSH_AGAIN : rc;
}

std::string methods_text(unsigned methods) {
  std::vector<std::string> names;
  const std::pair<unsigned, const char*> known[] = {{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
                                                    {SSH_AUTH_METHOD_PASSWORD, "password"},
                                                    {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
                                                    {SSH_AUTH_METHOD_HOSTBASED, "hostbased"},
                                                    {SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}};
  for (const auto& [flag, name] : known)
    if ((methods & flag) != 0) names.emplace_back(name);
  return names.empty() ? "nothing it names" : base::join(names, ", ");
}

/// The dialogue of one log-in.
class LogIn {
 public:
  LogIn(std::shared_ptr<Driver> driver, Target target)
      : driver_(std::move(driver)), target_(std::move(target)) {}
  base::Task<std::string> run();
  [[nodiscard]] Error refused() const;

 private:
  base::Task<std::string> by_key();
  base::Task<std::string> by_agent();
  base::Task<std::string> by_password();
  base::Task<std::string> by_dialogue();
  base::Task<void> answer_round();
  base::Task<std::string> after(int rc, std::string method);
  base::Task<int> ask(int (*call)(ssh_session, const char*));
  base::Task<int> ask_dialogue();

  [[nodiscard]] unsigned accepted_methods() const {
    return driver_->alive() ? static_cast<unsigned>(ssh_userauth_list(driver_->session(), nullptr)) : 0;
  }
  [[nodiscard]] std::string next_move() const;

  std::shared_ptr<Driver> driver_;
  Target target_;
  std::vector<std::string> tried_;
  bool password_sent_ = false;
};

base::Task<std::string> LogIn::run() {
  switch (target_.credentials.method) {
    case Credentials::Method::key:
      co_return co_await by_key();
    case Credentials::Method::agent:
      co_return co_await by_agent();
    case Credentials::Method::password:
      co_return co_await by_password();
  }
  std::unreachable();
}

/// What an attempt came to: done, a second factor, or refused.
base::Task<std::string> LogIn::after(int rc, std::string method) {
  if (rc == SSH_AUTH_SUCCESS) co_return method;
  tried_.push_back(method);
  if (rc == SSH_AUTH_ERROR && driver_->alive())
    throw Error(ErrorCode::auth_failed, method + " failed: " + driver_->last_error(), next_move());
  const bool have_another = target_.credentials.password && !password_sent_;
  if (rc != SSH_AUTH_PARTIAL || !have_another || !driver_->alive()) throw refused();
  const std::string second = co_await by_password();
  co_return method + ", " + second;
}

base::Task<std::string> LogIn::by_key() {
  const auto& credentials = target_.credentials;
  const auto load = [&credentials] { return load_key(credentials.key_file, credentials.passphrase); };
  const KeyHandle key = co_await off_thread(load);
  const auto call = [&key](ssh_session session) {
    return again(ssh_userauth_publickey(session, nullptr, key.get()));
  };
  const int rc = co_await driver_->drive(call);
  co_return co_await after(rc,
                           "publickey (" + base::printable(credentials.key_file.filename().string()) + ")");
}

base::Task<std::string> LogIn::by_agent() {
  using namespace base::asio::experimental::awaitable_operators;
  const std::string path = target_.credentials.agent_socket;
  if (path.empty())
    throw Error(ErrorCode::auth_failed, "no SSH agent: SSH_AUTH_SOCK is not set",
                "start ssh-agent and add a key, or set auth.key_path for this host");
  AgentRelay relay(driver_->executor(), path);
  ssh_set_agent_socket(driver_->session(), relay.release_libssh_end());
  const auto call = [](ssh_session session) { return again(ssh_userauth_agent(session, nullptr)); };
  auto first = co_await (caught(driver_->drive_blocking(call)) || relay.serve());
  auto& outcome = std::get<0>(first);  // serve() ends only by cancellation
  if (!relay.failure().empty())
    throw Error(ErrorCode::auth_failed, fmt::format("the SSH agent at {} failed: {}", path, relay.failure()),
                "check `ssh-add -l`, or set auth.key_path for this host");
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  co_return co_await after(*outcome.value, "publickey (agent)");
}

base::Task<int> LogIn::ask(int (*call)(ssh_session, const char*)) {
  const auto with_user = [call](ssh_session session) { return again(call(session, nullptr)); };
  co_return co_await driver_->drive(with_user);
}

/// Asking for nothing first tells what the host accepts: a device may know only keyboard-interactive.
base::Task<std::string> LogIn::by_password() {
  if (!target_.credentials.password)
    throw Error(ErrorCode::auth_failed, "no password is set for this host",
                "set auth.password_env to the environment variable that holds it");
  if (tried_.empty() && co_await ask(&ssh_userauth_none) == SSH_AUTH_SUCCESS) co_return "none";
  driver_->throw_if_ended();
  if ((accepted_methods() & SSH_AUTH_METHOD_PASSWORD) == 0) {
    if ((accepted_methods() & SSH_AUTH_METHOD_INTERACTIVE) != 0) co_return co_await by_dialogue();
    throw refused();
  }
  password_sent_ = true;
  const auto& password = *target_.credentials.password;
  const auto call = [&password](ssh_session session) {
    return again(ssh_userauth_password(session, nullptr, password.reveal().c_str()));
  };
  const int rc = co_await driver_->drive(call);
  co_return co_await after(rc, "password");
}

base::Task<int> LogIn::ask_dialogue() {
  const auto call = [](ssh_session session) { return again(ssh_userauth_kbdint(session, nullptr, nullptr)); };
  co_return co_await driver_->drive(call);
}

/// PAM asks for a password as a dialogue of one question, then sends an empty round.
base::Task<std::string> LogIn::by_dialogue() {
  int rc = co_await ask_dialogue();
  for (int round = 0; rc == SSH_AUTH_INFO && round < max_rounds; ++round) {
    co_await answer_round();
    rc = co_await ask_dialogue();
  }
  co_return co_await after(rc, "keyboard-interactive");
}

base::Task<void> LogIn::answer_round() {
  const auto session = driver_->session();
  const int prompts = ssh_userauth_kbdint_getnprompts(session);
  if (prompts == 0) co_return;
  char echo = 1;
  const char* prompt = ssh_userauth_kbdint_getprompt(session, 0, &echo);
  if (password_sent_ || prompts != 1 || echo != 0) {
    tried_.emplace_back("keyboard-interactive");
    if (password_sent_) throw refused();
    throw Error(ErrorCode::auth_failed,
                "the host asks for more than a password: " + base::printable(prompt != nullptr ? prompt : ""),
                "use a key for this host");
  }
  password_sent_ = true;
  ssh_userauth_kbdint_setanswer(session, 0, target_.credentials.password->reveal().c_str());
}

std::string LogIn::next_move() const {
  const auto user = base::printable(target_.user);
  if (target_.credentials.method == Credentials::Method::password)
    return fmt::format("check the password of {} and that the host allows it to log in with one", user);
  return fmt::format(
      "check that ~{}/.ssh/authorized_keys on the host holds the public key, and that the user is right",
      user);
}

Error LogIn::refused() const {
  const std::string tried = tried_.empty() ? "nothing" : base::join(tried_, ", ");
  if (!driver_->alive())
    return Error(ErrorCode::auth_failed,
                 fmt::format("the host ended the connection during the log-in of {} (tried {}): {}",
                             base::printable(target_.user), tried, driver_->end_reason()),
                 next_move());
  return Error(ErrorCode::auth_failed,
               fmt::format("the host does not let {} in: tried {}; it accepts {}",
                           base::printable(target_.user), tried, methods_text(accepted_methods())),
               next_move());
}

}  // namespace

base::Task<std::string> authenticate(std::shared_ptr<Driver> driver, Target target) {
  LogIn log_in(std::move(driver), std::move(target));
  try {
    co_return co_await log_in.run();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::connection_lost) throw log_in.refused();
    throw;
  }
}

}  // namespace mcpssh::ssh
