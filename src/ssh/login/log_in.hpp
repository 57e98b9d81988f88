#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ssh/login/login_clock.hpp"
#include "ssh/session/driver.hpp"
#include "ssh/target.hpp"

namespace mcpssh::ssh {

/// One log-in under way: what its methods share and what is told about it in the end. On the connection's
/// executor; outlives the coroutines below, which all work on one.
struct LogIn {
  /// What a method came to. `spent`: refused, or not to be had; the next one may try.
  enum class Step { done, partial, spent };

  /// Throws Error(connection_lost).
  LogIn(std::shared_ptr<Driver> with, const Target& to, LoginClock& on, HumanPrompt about);

  std::shared_ptr<Driver> driver;
  const Target& target;
  LoginClock& clock;
  HumanPrompt introduction;  ///< who asks, for each question to a person
  std::string user_keys;     ///< signature algorithms of our own keys that may be used

  std::uint64_t most_bytes_in = 0;  ///< banners and prompts: real ones stay below 10 kB
  int attempts_left = 6;            ///< sshd's MaxAuthTries: it hangs up at the sixth refusal
  std::size_t next_key = 0;
  bool password_sent = false;
  bool dialogue_spent = false;
  std::string under_way;                ///< the attempt that waits for its answer
  std::vector<std::string> tried;       ///< and refused: "publickey (id_rsa)"
  std::vector<std::string> passed;      ///< what convinced the host, in order
  std::vector<std::string> not_tried;   ///< and why: "gssapi: no ticket"
  std::optional<base::Error> obstacle;  ///< the first reason a method was not tried, in full

  /// Methods the host has said it would accept (SSH_AUTH_METHOD_*); 0 while it has said nothing.
  [[nodiscard]] unsigned accepted() const {
    return driver->alive() ? static_cast<unsigned>(ssh_userauth_list(driver->session(), nullptr)) : 0;
  }
  [[nodiscard]] bool may_accept(unsigned method) const {
    return accepted() == 0 || (accepted() & method) != 0;
  }
  /// Driver::drive and Driver::drive_blocking for ssh_userauth_*. Throws Error(protocol_error) when the host
  /// talks on and on instead of answering.
  template <class Call>
  base::Task<int> drive(Call call);
  template <class Call>
  base::Task<int> drive_blocking(Call call);
  [[nodiscard]] bool flooded() const { return driver->alive() && driver->bytes_in() > most_bytes_in; }
  void throw_if_flooded() const;

  /// What libssh answered to an attempt with `what`, counted. Throws Error(connection_lost).
  Step after(int rc, std::string what);
  /// `method` cannot be tried, for the reason `why`.
  Step pass_over(const std::string& method, const base::Error& why);
  /// Attempts the methods after `method` will need of those that are left.
  [[nodiscard]] int reserved_behind(Credentials::Method method) const;
};

namespace log_in_detail {
/// libssh says "again" in two ways.
inline int again(int rc) {
  return rc == SSH_AUTH_AGAIN ? SSH_AGAIN : rc;
}
}  // namespace log_in_detail

template <class Call>
base::Task<int> LogIn::drive(Call call) {
  const auto guarded = [this, &call](ssh_session session) {
    return flooded() ? int{SSH_AUTH_ERROR} : log_in_detail::again(call(session));
  };
  const int rc = co_await driver->drive(guarded);
  throw_if_flooded();
  co_return rc;
}

template <class Call>
base::Task<int> LogIn::drive_blocking(Call call) {
  const auto guarded = [this, &call](ssh_session session) {
    return flooded() ? int{SSH_AUTH_ERROR} : log_in_detail::again(call(session));
  };
  const int rc = co_await driver->drive_blocking(guarded);
  throw_if_flooded();
  co_return rc;
}

// The methods, each in a file of its own. A method may be called again after a partial success; it goes on
// where it stopped. They throw Error for what the user has to mend, and Error(connection_lost).

base::Task<LogIn::Step> log_in_by_key(LogIn& log_in);
base::Task<LogIn::Step> log_in_by_agent(LogIn& log_in);
/// Asks for nothing first when the host has not said what it accepts: many a device knows only
/// keyboard-interactive, where the password goes then.
base::Task<LogIn::Step> log_in_by_password(LogIn& log_in);
/// The password answers one password prompt; all other prompts go to Target::ask_human.
base::Task<LogIn::Step> log_in_by_dialogue(LogIn& log_in);
base::Task<LogIn::Step> log_in_by_nothing(LogIn& log_in);
base::Task<LogIn::Step> log_in_by_gssapi(LogIn& log_in);

}  // namespace mcpssh::ssh
