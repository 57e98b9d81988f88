#include "ssh/login/authentication.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "ssh/login/log_in.hpp"
#include "ssh/trust/algorithms.hpp"

namespace mcpssh::ssh {
namespace {
using base::Error;
using base::ErrorCode;
using Method = Credentials::Method;
using Step = LogIn::Step;

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

unsigned flag_of(Method method) {
  switch (method) {
    case Method::key:
    case Method::agent:
      return SSH_AUTH_METHOD_PUBLICKEY;
    case Method::password:
      return SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE;
    case Method::keyboard_interactive:
      return SSH_AUTH_METHOD_INTERACTIVE;
    case Method::gssapi:
      return SSH_AUTH_METHOD_GSSAPI_MIC;
    case Method::none:
      break;
  }
  return ~0U;
}

base::Task<Step> log_in_by(LogIn& log_in, Method method) {
  switch (method) {
    case Method::key:
      return log_in_by_key(log_in);
    case Method::agent:
      return log_in_by_agent(log_in);
    case Method::password:
      return log_in_by_password(log_in);
    case Method::keyboard_interactive:
      return log_in_by_dialogue(log_in);
    case Method::gssapi:
      return log_in_by_gssapi(log_in);
    case Method::none:
      break;
  }
  return log_in_by_nothing(log_in);
}

std::string next_move(const LogIn& log_in) {
  const auto user = base::printable(log_in.target.user);
  const auto& methods = log_in.target.credentials.methods;
  const auto is_secret = [](Method method) {
    return method == Method::password || method == Method::keyboard_interactive;
  };
  if (std::ranges::all_of(methods, is_secret))
    return fmt::format("check the password of {} and that the host allows it to log in with one", user);
  return fmt::format(
      "check that ~{}/.ssh/authorized_keys on the host holds the public key, and that the user is right",
      user);
}

Error refused(const LogIn& log_in) {
  if (log_in.tried.empty() && log_in.under_way.empty() && log_in.passed.empty() && log_in.obstacle)
    return *log_in.obstacle;
  auto attempts = log_in.tried;
  if (!log_in.under_way.empty()) attempts.push_back(log_in.under_way);
  const std::string tried = attempts.empty() ? "nothing" : base::join(attempts, ", ");
  const auto user = base::printable(log_in.target.user);
  const auto& driver = *log_in.driver;
  std::string cause =
      driver.alive() ? fmt::format("the host does not let {} in: tried {}; it accepts {}", user, tried,
                                   methods_text(log_in.accepted()))
                     : fmt::format("the host ended the connection during the log-in of {} (tried {}): {}",
                                   user, tried, driver.end_reason());
  if (!log_in.passed.empty()) cause += "; it took " + base::join(log_in.passed, ", ") + " and wants more";
  if (!log_in.not_tried.empty()) cause += "; not tried: " + base::join(log_in.not_tried, ", ");
  if (log_in.attempts_left <= 0) cause += "; six attempts are the most";
  return Error(ErrorCode::auth_failed, std::move(cause), next_move(log_in));
}

/// A second factor is used when it is there, even if only the first was named.
void add_second_factors(std::vector<Method>& methods, const Target& target) {
  const auto add = [&methods](Method method) {
    if (std::ranges::count(methods, method) == 0) methods.push_back(method);
  };
  if (target.credentials.password) add(Method::password);
  add(Method::keyboard_interactive);
}

/// The first method not spent that the host may accept.
std::vector<Method>::iterator next_of(std::vector<Method>& methods, const LogIn& log_in) {
  return std::ranges::find_if(methods,
                              [&log_in](Method method) { return log_in.may_accept(flag_of(method)); });
}

base::Task<std::string> run(LogIn& log_in) {
  auto methods = log_in.target.credentials.methods;
  while (log_in.driver->alive() && log_in.attempts_left > 0) {
    const auto next = next_of(methods, log_in);
    if (next == methods.end()) break;
    const Method method = *next;
    const Step step = co_await log_in_by(log_in, method);
    if (step == Step::done) co_return base::join(log_in.passed, ", ");
    if (step == Step::partial) add_second_factors(methods, log_in.target);
    const bool has_more_keys = step == Step::partial && method == Method::key &&
                               log_in.next_key < log_in.target.credentials.key_files.size();
    if (!has_more_keys) std::erase(methods, method);
  }
  throw refused(log_in);
}

}  // namespace

LogIn::LogIn(std::shared_ptr<Driver> with, const Target& to, LoginClock& on, HumanPrompt about)
    : driver(std::move(with)), target(to), clock(on), introduction(std::move(about)) {
  driver->throw_if_ended();
  user_keys = algorithms::offer(target.algorithms, {}).user_keys;
  most_bytes_in = driver->bytes_in() + 1024 * 1024;
}

void LogIn::throw_if_flooded() const {
  if (!flooded()) return;
  throw Error(ErrorCode::protocol_error, "the host sent more than a megabyte instead of an answer",
              "check what answers on that port; no SSH server does this");
}

LogIn::Step LogIn::after(int rc, std::string what) {
  driver->throw_if_ended();
  under_way.clear();
  if (rc == SSH_AUTH_SUCCESS || rc == SSH_AUTH_PARTIAL) {
    passed.push_back(std::move(what));
    return rc == SSH_AUTH_SUCCESS ? Step::done : Step::partial;
  }
  --attempts_left;
  if (rc == SSH_AUTH_ERROR) what += " failed: " + base::printable(driver->last_error());
  tried.push_back(std::move(what));
  return Step::spent;
}

LogIn::Step LogIn::pass_over(const std::string& method, const Error& why) {
  under_way.clear();
  if (!obstacle) obstacle = why;
  not_tried.push_back(method + ": " + why.cause());
  return Step::spent;
}

int LogIn::reserved_behind(Method method) const {
  const auto& methods = target.credentials.methods;
  const auto at = std::ranges::find(methods, method);
  int needed = 0;
  for (auto each = at; each != methods.end(); ++each) {
    if (*each == method || *each == Method::none) continue;
    needed += *each == Method::key ? static_cast<int>(target.credentials.key_files.size()) : 1;
  }
  return needed;
}

base::Task<std::string> authenticate(std::shared_ptr<Driver> driver, Target target, LoginClock& clock,
                                     HumanPrompt about) {
  LogIn log_in(std::move(driver), target, clock, std::move(about));
  try {
    co_return co_await run(log_in);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::connection_lost) throw refused(log_in);
    throw;
  }
}

}  // namespace mcpssh::ssh
