#include "ssh/session/session_handle.hpp"

#include <fcntl.h>
#include <libssh/server.h>  // where ssh_send_keepalive is declared
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;

SessionHandle::SessionHandle(base::UniqueFd socket, const SessionOptions& options) : session_(ssh_new()) {
  if (session_ == nullptr) throw Error(ErrorCode::internal, "libssh gives no session");
  try {
    const int no = 0;
    const int verbosity = SSH_LOG_NOLOG;
    set(SSH_OPTIONS_PROCESS_CONFIG, &no);
    set(SSH_OPTIONS_LOG_VERBOSITY, &verbosity);
    // libssh would order host key types by the user's own known_hosts. It finds nothing under this name.
    set(SSH_OPTIONS_HOST, "host");
    set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_USER, options.user.c_str());
    set(SSH_OPTIONS_KEY_EXCHANGE, options.offer.key_exchange.c_str());
    set(SSH_OPTIONS_HOSTKEYS, options.offer.host_keys.c_str());
    set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, options.offer.user_keys.c_str());
    set(SSH_OPTIONS_CIPHERS_C_S, options.offer.ciphers.c_str());
    set(SSH_OPTIONS_CIPHERS_S_C, options.offer.ciphers.c_str());
    set(SSH_OPTIONS_HMAC_C_S, options.offer.macs.c_str());
    set(SSH_OPTIONS_HMAC_S_C, options.offer.macs.c_str());
    if (!options.gssapi_name.empty()) set(SSH_OPTIONS_GSSAPI_SERVER_IDENTITY, options.gssapi_name.c_str());
    set(SSH_OPTIONS_COMPRESSION, "none");
    const socket_t fd = socket.get();
    set(SSH_OPTIONS_FD, &fd);
  } catch (...) {
    ssh_free(session_);
    throw;
  }
  fd_ = socket.release();
  ssh_set_counters(session_, &counter_, nullptr);
  ssh_set_blocking(session_, 0);
  // What a host asks of us is refused at once. Without this libssh keeps each request for ever.
  on_request([](ssh_session, ssh_message, void*) { return 1; }, nullptr);
}

SessionHandle::~SessionHandle() {
  if (event_ != nullptr) {
    ssh_event_remove_session(event_, session_);
    ssh_event_free(event_);
  }
  // libssh closes the descriptor after an error, but leaves it open on a clean disconnect.
  const int ours = begun_ ? ssh_get_fd(session_) : fd_;
  ssh_disconnect(session_);
  if (ours >= 0) ::close(ours);
  ssh_free(session_);
}

void SessionHandle::set(ssh_options_e option, const void* value) {
  if (ssh_options_set(session_, option, value) != SSH_OK)
    throw Error(ErrorCode::internal, std::string("libssh takes an option not: ") + ssh_get_error(session_));
}

int SessionHandle::connect() {
  const NegotiationListener listening(negotiated_);
  return ssh_connect(session_);
}

void SessionHandle::on_request(int (*answer)(ssh_session, ssh_message, void*), void* asked) {
  ssh_set_message_callback(session_, answer, asked);
}

int SessionHandle::begin() {
  begun_ = true;
  const int rc = connect();
  event_ = ssh_event_new();
  if (event_ == nullptr || ssh_event_add_session(event_, session_) != SSH_OK)
    throw Error(ErrorCode::internal, "libssh gives no event");
  return rc;
}

int SessionHandle::poll() {
  const NegotiationListener listening(negotiated_);
  return ssh_event_dopoll(event_, 0);
}

void SessionHandle::ask_for_life() {
  // Non-blocking, a call either takes note of the last answer or sends: channels.c, ssh_global_request. The
  // second call after a first that sent finds the request pending and does nothing.
  ssh_send_keepalive(session_);
  ssh_send_keepalive(session_);
}

std::uint64_t SessionHandle::bytes_taken() const {
  int waiting = 0;  // in the socket's buffer, or on the way
  if (::ioctl(ssh_get_fd(session_), SIOCOUTQ, &waiting) != 0 || waiting < 0) return 0;
  const auto still = static_cast<std::uint64_t>(waiting);
  return counter_.out_bytes - std::min<std::uint64_t>(still, counter_.out_bytes);
}

void SessionHandle::keep_non_blocking() const {
  const int fd = ssh_get_fd(session_);
  if (fd >= 0) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace mcpssh::ssh
