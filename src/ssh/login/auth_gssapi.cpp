#include <string_view>

#include "base/faults.hpp"
#include "ssh/login/log_in.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::Fault;
using Step = LogIn::Step;
namespace {

/// The ticket may have to be fetched over the network, inside the Kerberos library. libssh does that wherever
/// the answer is read, so all of it runs on the blocking thread.
int exchange(ssh_session session) {
  const long seconds = 20;
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
  ssh_set_blocking(session, 1);
  const int rc = ssh_userauth_gssapi(session);
  ssh_set_blocking(session, 0);
  return rc;
}

}  // namespace

base::Task<Step> log_in_by_gssapi(LogIn& log_in) {
  log_in.under_way = "gssapi-with-mic";
  const int rc = co_await log_in.drive_blocking(&exchange);
  log_in.driver->throw_if_ended();
  const std::string_view said = ssh_get_error(log_in.driver->session());
  const bool host_refused = rc == SSH_AUTH_DENIED && said.starts_with("Access denied");
  if (rc == SSH_AUTH_SUCCESS || rc == SSH_AUTH_PARTIAL || host_refused)
    co_return log_in.after(rc, "gssapi-with-mic");
  const Error no_ticket(Fault::credential_missing, "no Kerberos ticket for this host",
                        "run kinit as the user of this server, and check with klist");
  co_return log_in.pass_over("gssapi-with-mic", no_ticket);
}

}  // namespace mcpssh::ssh
