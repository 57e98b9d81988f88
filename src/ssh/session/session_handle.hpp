#pragma once
#include <libssh/libssh.h>

#include <string>

#include "base/unique_fd.hpp"
#include "ssh/trust/algorithms.hpp"
#include "ssh/trust/negotiation_log.hpp"

namespace mcpssh::ssh {

struct SessionOptions {
  std::string user;
  algorithms::Offer offer;
  std::string gssapi_name;  ///< the host as its Kerberos service is called; empty: no GSSAPI
};

/// Owns one ssh_session, its event and its socket, and knows the order in which they may go. A resource:
/// neither copied nor moved. One thread at a time.
class SessionHandle {
 public:
  /// Throws Error(internal) when libssh takes an option not.
  SessionHandle(base::UniqueFd socket, const SessionOptions& options);
  ~SessionHandle();
  SessionHandle(const SessionHandle&) = delete;
  SessionHandle& operator=(const SessionHandle&) = delete;

  /// The first connect(), after which the event exists. Returns what it returned.
  int begin();
  /// ssh_connect, again and again until it says something else than SSH_AGAIN.
  int connect();
  /// One turn of libssh's own poll, without waiting: SSH_OK, SSH_AGAIN when there was nothing to do, or
  /// SSH_ERROR.
  int poll();
  /// Asks the peer for a sign of life (the global request keepalive@openssh.com, which every server answers).
  /// Nothing is sent while an earlier one waits for its answer: TCP repeats that. After the log-in only.
  void ask_for_life();
  /// What the host asks of us goes to `answer` with `asked`, inside whatever libssh call is being made: 0
  /// when it has dealt with it, 1 for libssh to refuse it. All is refused until then.
  void on_request(int (*answer)(ssh_session, ssh_message, void*), void* asked);
  /// libssh clears O_NONBLOCK while it connects; left so, a peer that stops reading stops the thread.
  void keep_non_blocking() const;

  [[nodiscard]] ssh_session get() const { return session_; }
  /// Empty until the key exchange has agreed.
  [[nodiscard]] const Negotiated& negotiated() const { return negotiated_; }
  [[nodiscard]] std::uint64_t bytes_in() const { return counter_.in_bytes; }
  /// Bytes the peer, or the kernel of its machine, has taken of what was sent. Zero when that cannot be told.
  [[nodiscard]] std::uint64_t bytes_taken() const;
  [[nodiscard]] bool write_pending() const { return (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0; }

 private:
  void set(ssh_options_e option, const void* value);

  ssh_session session_ = nullptr;
  ssh_event event_ = nullptr;
  int fd_ = -1;  ///< libssh's from begin() on
  bool begun_ = false;
  ssh_counter_struct counter_{};
  Negotiated negotiated_;
};

}  // namespace mcpssh::ssh
