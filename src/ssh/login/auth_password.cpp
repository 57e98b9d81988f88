#include "base/faults.hpp"
#include "ssh/login/log_in.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::Fault;
using Step = LogIn::Step;

base::Task<Step> log_in_by_nothing(LogIn& log_in) {
  const auto call = [](ssh_session session) { return ssh_userauth_none(session, nullptr); };
  const int rc = co_await log_in.drive(call);
  // sshd counts no failure for this one.
  if (rc == SSH_AUTH_DENIED) {
    log_in.tried.emplace_back("none");
    co_return Step::spent;
  }
  co_return log_in.after(rc, "none");
}

base::Task<Step> log_in_by_password(LogIn& log_in) {
  const auto& password = log_in.target.credentials.password;
  if (!password) {
    const Error unset(Fault::credential_missing, "no password is set for this host",
                      "set auth.password_env to the environment variable that holds it");
    co_return log_in.pass_over("password", unset);
  }
  if (log_in.accepted() == 0) {
    const Step step = co_await log_in_by_nothing(log_in);
    if (step != Step::spent) co_return step;
    std::erase(log_in.tried, "none");  // it was a question
  }
  if (!log_in.may_accept(SSH_AUTH_METHOD_PASSWORD)) {
    if (!log_in.may_accept(SSH_AUTH_METHOD_INTERACTIVE)) co_return Step::spent;
    co_return co_await log_in_by_dialogue(log_in);
  }
  if (log_in.password_sent) co_return Step::spent;
  log_in.password_sent = true;
  const auto call = [&password](ssh_session session) {
    return ssh_userauth_password(session, nullptr, password->reveal().c_str());
  };
  log_in.under_way = "password";
  const int rc = co_await log_in.drive(call);
  co_return log_in.after(rc, "password");
}

}  // namespace mcpssh::ssh
